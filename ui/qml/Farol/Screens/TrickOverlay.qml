pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property TrickViewModel trick
    // The banner brings a shade of its own, and its clock lies under this one.
    required property bool shaded

    readonly property real contentBottom: row.y + row.height

    Accessible.role: Accessible.Notification
    Accessible.name: qsTr("Speed %1").arg(trick.text)

    Scrim {
        height: 230 * Theme.u
        strength: 0.72
        visible: root.shaded
        width: parent.width
    }
    Row {
        id: row

        anchors.left: parent.left
        anchors.leftMargin: Theme.marginX
        anchors.top: parent.top
        anchors.topMargin: Theme.marginY
        spacing: 20 * Theme.u

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            path: Icons.forward
            rotation: root.trick.back ? 180 : 0
            size: 38 * Theme.f
        }
        TimeLabel {
            anchors.verticalCenter: parent.verticalCenter
            font.pixelSize: Theme.leadSize
            font.weight: Font.DemiBold
            text: root.trick.text
        }
    }
}
