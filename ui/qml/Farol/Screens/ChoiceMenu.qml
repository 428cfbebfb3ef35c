pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property MenuModel menu
    required property string title

    readonly property real listWidth: Math.min(width - 2 * Theme.marginX, 520 * Theme.f)

    Scrim {
        across: true
        height: parent.height
        rotation: root.LayoutMirroring.enabled ? 0 : 180
        solid: 0.42
        strength: 0.97
        width: Math.min(parent.width, root.listWidth + Theme.marginX + 420 * Theme.u)
        x: root.LayoutMirroring.enabled ? 0 : parent.width - width
    }
    Title {
        id: heading

        anchors.left: list.left
        anchors.leftMargin: 24 * Theme.u
        anchors.right: list.right
        anchors.top: parent.top
        anchors.topMargin: Theme.marginY
        size: Theme.headSize
        text: root.title
    }
    CursorList {
        id: list

        Accessible.name: root.title
        anchors.right: parent.right
        anchors.rightMargin: Theme.marginX - 24 * Theme.u
        anchors.top: heading.bottom
        anchors.topMargin: 24 * Theme.u
        currentIndex: root.menu.cursor
        model: root.menu
        room: root.height - heading.y - heading.height - 24 * Theme.u
        rowHeight: Math.round(72 * Theme.f)
        width: root.listWidth

        delegate: ChoiceRow {
            required property int index

            focused: ListView.isCurrentItem
            height: list.rowHeight
            width: list.width

            onClicked: root.menu.choose(index)
        }
    }
}
