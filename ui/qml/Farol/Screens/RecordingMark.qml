pragma ComponentBehavior: Bound
import QtQuick

// The red dot; hollow while nothing can be written. Alone where there is no room for words.
Rectangle {
    id: mark

    required property string text
    required property bool waiting
    required property real maximumWidth

    Accessible.name: text
    Accessible.role: Accessible.StaticText
    color: Qt.rgba(Theme.live.r, Theme.live.g, Theme.live.b, 0.24)
    implicitHeight: label.implicitHeight + 6 * Theme.u
    implicitWidth: content.width + 24 * Theme.u
    radius: 8 * Theme.u

    Row {
        id: content

        anchors.centerIn: parent
        spacing: 10 * Theme.u

        Rectangle {
            id: dot

            anchors.verticalCenter: parent.verticalCenter
            border.color: Theme.live
            border.width: Math.max(1, 2.5 * Theme.u)
            color: mark.waiting ? "transparent" : Theme.live
            height: width
            radius: width / 2
            width: Math.round(15 * Theme.u)
        }
        Label {
            id: label

            font.pixelSize: Theme.tinySize
            font.weight: Font.Medium
            text: mark.text
            visible: mark.maximumWidth > 0
            width: Math.min(implicitWidth, mark.maximumWidth)
        }
    }
}
