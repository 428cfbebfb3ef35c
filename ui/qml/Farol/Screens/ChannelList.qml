pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property ChannelListModel channels

    readonly property real inset: Math.round(14 * Theme.u)
    readonly property real listWidth: Math.min(width - 2 * Theme.marginX, 888 * Theme.u * Math.max(1, Theme.fontScale * 0.85))

    readonly property real listTop: Theme.marginY + (tabs.visible ? tabs.height + 24 * Theme.u : 0)

    Scrim {
        across: true
        height: parent.height
        rotation: root.LayoutMirroring.enabled ? 180 : 0
        solid: 0.48
        strength: 0.97
        width: Math.min(parent.width, root.listWidth + Theme.marginX + 420 * Theme.u)
        x: root.LayoutMirroring.enabled ? parent.width - width : 0
    }
    GroupTabs {
        id: tabs

        anchors.left: parent.left
        anchors.leftMargin: Theme.marginX
        anchors.top: parent.top
        anchors.topMargin: Theme.marginY
        channels: root.channels
        visible: count > 1
        width: root.listWidth
    }
    TimeLabel {
        id: widest

        font.weight: Font.DemiBold
        text: "8".repeat(Math.min(6, root.channels.numberLength))
        visible: false
        width: implicitWidth
    }
    CursorList {
        id: list

        Accessible.name: qsTr("Channels")
        anchors.left: parent.left
        anchors.leftMargin: Theme.marginX - root.inset
        anchors.top: parent.top
        anchors.topMargin: root.listTop
        currentIndex: root.channels.cursor
        model: root.channels
        reuseItems: true
        room: root.height - root.listTop - Theme.marginY * 0.6
        rowHeight: Math.round(98 * Theme.f)
        width: root.listWidth

        delegate: ChannelRow {
            required property int index

            focused: ListView.isCurrentItem
            height: list.rowHeight
            numberWidth: Math.max(52 * Theme.f, widest.width)
            width: list.width

            onClicked: root.channels.choose(index)
        }
    }
}
