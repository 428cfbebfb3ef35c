pragma ComponentBehavior: Bound
import QtQuick

Row {
    id: neighbour

    required property string icon
    required property string number
    required property string name
    property real longest: 320 * Theme.u

    spacing: 14 * Theme.u
    layoutDirection: Qt.LeftToRight

    Icon {
        anchors.verticalCenter: parent.verticalCenter
        colour: Theme.muted
        path: neighbour.icon
        size: 22 * Theme.f
    }
    TimeLabel {
        color: Theme.muted
        text: neighbour.number
    }
    Label {
        color: Theme.muted
        text: neighbour.name
        width: Math.min(implicitWidth, neighbour.longest)
    }
}
