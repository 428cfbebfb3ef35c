pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property NoteViewModel note

    readonly property real contentBottom: ground.y + ground.height

    Accessible.role: Accessible.Notification
    Accessible.name: note.text

    Rectangle {
        id: ground

        anchors.left: parent.left
        anchors.leftMargin: Theme.marginX
        anchors.top: parent.top
        anchors.topMargin: Theme.marginY
        color: Theme.shade(0.8)
        implicitHeight: words.implicitHeight + 24 * Theme.u
        implicitWidth: words.width + 44 * Theme.u
        radius: Theme.radius

        Label {
            id: words

            anchors.centerIn: parent
            color: Theme.text
            font.pixelSize: Theme.smallSize
            maximumLineCount: 3
            text: root.note.text
            // The clock stands in the other corner.
            width: Math.min(implicitWidth, root.width - 2 * Theme.marginX - 44 * Theme.u - 140 * Theme.f)
            wrapMode: Text.Wrap
        }
    }
}
