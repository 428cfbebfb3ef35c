pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

ListView {
    id: tabs

    required property ChannelListModel channels

    clip: true
    currentIndex: channels.group
    highlightMoveDuration: 0
    highlightRangeMode: ListView.ApplyRange
    implicitHeight: Math.round(56 * Theme.f)
    interactive: false
    layoutDirection: LayoutMirroring.enabled ? Qt.RightToLeft : Qt.LeftToRight
    model: channels.groups
    orientation: ListView.Horizontal
    preferredHighlightBegin: width * 0.2
    preferredHighlightEnd: width * 0.6
    spacing: 34 * Theme.u

    delegate: Item {
        id: tab

        required property int index
        required property string modelData

        readonly property bool current: ListView.isCurrentItem

        height: tabs.height
        opacity: x - tabs.contentX + width <= tabs.width ? 1 : 0
        width: word.implicitWidth

        Label {
            id: word

            color: tab.current ? Theme.text : Theme.muted
            font.pixelSize: Theme.leadSize
            font.weight: tab.current ? Font.DemiBold : Font.Normal
            text: tab.modelData.length > 0 ? tab.modelData : qsTr("All")
        }
        Rectangle {
            anchors.bottom: parent.bottom
            color: Theme.muted
            height: 4 * Theme.u
            radius: height / 2
            visible: tab.current
            width: parent.width
        }
        TapHandler {
            gesturePolicy: TapHandler.ReleaseWithinBounds

            onTapped: tabs.channels.chooseGroup(tab.index)
        }
    }
}
