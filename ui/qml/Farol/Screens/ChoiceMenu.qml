pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property MenuModel menu
    required property string title

    readonly property real rowHeight: Math.round(72 * Theme.f)
    readonly property real listWidth: Math.min(width - 2 * Theme.marginX, 520 * Theme.f)

    readonly property int rows: Math.max(1, Math.floor((height - heading.y - heading.height - 24 * Theme.u) / rowHeight))

    Scrim {
        across: true
        height: parent.height
        rotation: root.LayoutMirroring.enabled ? 0 : 180
        solid: 0.42
        strength: 0.97
        width: Math.min(parent.width, root.listWidth + Theme.marginX + 420 * Theme.u)
        x: root.LayoutMirroring.enabled ? 0 : parent.width - width
    }
    Label {
        id: heading

        anchors.left: list.left
        anchors.leftMargin: 24 * Theme.u
        anchors.right: list.right
        anchors.top: parent.top
        anchors.topMargin: Theme.marginY
        font.letterSpacing: -0.02 * Theme.headSize
        font.pixelSize: Theme.headSize
        font.weight: Font.DemiBold
        text: root.title
    }
    ListView {
        id: list

        Accessible.role: Accessible.List
        Accessible.name: root.title
        anchors.right: parent.right
        anchors.rightMargin: Theme.marginX - 24 * Theme.u
        anchors.top: heading.bottom
        anchors.topMargin: 24 * Theme.u
        clip: true
        currentIndex: root.menu.cursor
        height: root.rows * root.rowHeight
        highlightMoveDuration: 0
        highlightRangeMode: ListView.ApplyRange
        interactive: false
        model: root.menu
        preferredHighlightBegin: root.rows > 2 ? root.rowHeight : 0
        preferredHighlightEnd: root.rows > 2 ? height - root.rowHeight : height
        width: root.listWidth

        delegate: ChoiceRow {
            required property int index

            focused: ListView.isCurrentItem
            height: root.rowHeight
            width: list.width

            onClicked: root.menu.choose(index)
        }
    }
}
