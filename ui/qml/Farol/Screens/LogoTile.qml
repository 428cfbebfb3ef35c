pragma ComponentBehavior: Bound
import QtQuick

Rectangle {
    id: tile

    required property string initials
    required property string colour
    property string logo: ""
    property real size: 64 * Theme.u

    readonly property bool drawn: picture.status === Image.Ready

    implicitWidth: size
    implicitHeight: size
    radius: size * 0.18
    color: drawn ? Theme.raised : (colour.length > 0 ? colour : Theme.raised)

    Label {
        anchors.centerIn: parent
        color: "#FFFFFF"
        font.pixelSize: Math.round(tile.size * (tile.initials.length > 2 ? 0.32 : 0.4))
        font.weight: Font.Bold
        text: tile.initials
        visible: !tile.drawn
    }

    Image {
        id: picture

        anchors.fill: parent
        anchors.margins: tile.size * 0.1
        asynchronous: true
        fillMode: Image.PreserveAspectFit
        source: tile.logo
        sourceSize: Qt.size(tile.size * 2, tile.size * 2)
    }
}
