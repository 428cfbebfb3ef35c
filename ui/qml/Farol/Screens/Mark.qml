pragma ComponentBehavior: Bound
import QtQuick

Rectangle {
    id: mark

    required property string text

    implicitWidth: label.implicitWidth + 20 * Theme.u
    implicitHeight: label.implicitHeight + 6 * Theme.u
    radius: 8 * Theme.u
    color: "#2EF2F4F8"

    TimeLabel {
        id: label

        anchors.centerIn: parent
        font.pixelSize: Theme.tinySize
        font.weight: Font.Medium
        text: mark.text
    }
}
