pragma ComponentBehavior: Bound
import QtQuick

// Whole rows only: nothing is cut at the edges. A row beyond the cursor stays in sight.
// The range alone does not bring the cursor in sight where it stood before there was any height.
ListView {
    id: list

    required property real room
    required property real rowHeight

    readonly property int rows: Math.max(1, Math.floor(room / rowHeight))

    Accessible.role: Accessible.List
    clip: true
    height: rows * rowHeight
    highlightMoveDuration: 0
    highlightRangeMode: ListView.ApplyRange
    interactive: false
    preferredHighlightBegin: rows > 2 ? rowHeight : 0
    preferredHighlightEnd: rows > 2 ? height - rowHeight : height

    Component.onCompleted: positionViewAtIndex(currentIndex, ListView.Contain)
    onHeightChanged: Qt.callLater(positionViewAtIndex, currentIndex, ListView.Contain)
}
