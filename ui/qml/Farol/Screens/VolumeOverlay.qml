pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property VolumeViewModel volume

    readonly property real contentBottom: row.y + row.height

    Scrim {
        height: 230 * Theme.u
        strength: 0.72
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
            path: root.volume.muted ? Icons.muted : Icons.speaker
            size: 38 * Theme.f
        }
        ProgressBar {
            anchors.verticalCenter: parent.verticalCenter
            fill: root.volume.muted ? Theme.faint : Theme.muted
            value: root.volume.percent / 100
            width: 320 * Theme.u
        }
        TimeLabel {
            font.pixelSize: Theme.leadSize
            text: root.volume.muted ? qsTr("Muted") : qsTr("%1 %").arg(root.volume.percent)
        }
    }
}
