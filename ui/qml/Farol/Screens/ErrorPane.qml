pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property LiveViewModel live
    required property ShellViewModel shell

    readonly property bool scant: height < 600 * Theme.f

    Accessible.role: Accessible.AlertMessage
    Accessible.name: live.errorSentence

    Rectangle {
        anchors.fill: parent
        color: Theme.shade(0.86)
    }
    Column {
        anchors.left: parent.left
        anchors.leftMargin: Theme.marginX
        anchors.right: parent.right
        anchors.rightMargin: Theme.marginX
        anchors.verticalCenter: parent.verticalCenter
        spacing: (root.scant ? 12 : 24) * Theme.u

        Label {
            color: Theme.muted
            font.pixelSize: Theme.leadSize
            text: root.live.channelName
            width: parent.width
        }
        Title {
            maximumLineCount: 2
            size: root.scant ? Theme.headSize : Theme.titleSize
            text: qsTr("This channel cannot be shown")
            width: parent.width
            wrapMode: Text.Wrap
        }
        Label {
            color: Theme.muted
            font.pixelSize: Theme.leadSize
            maximumLineCount: 3
            text: root.live.errorSentence
            width: Math.min(parent.width, 1200 * Theme.f)
            wrapMode: Text.Wrap
        }
        Row {
            spacing: 16 * Theme.u
            topPadding: 16 * Theme.u
            width: parent.width

            PillButton {
                focused: root.shell.wayOut === 0
                text: qsTr("Try again")

                onClicked: root.shell.takeWayOut(0)
            }
            PillButton {
                focused: root.shell.wayOut === 1
                text: qsTr("Next channel")

                onClicked: root.shell.takeWayOut(1)
            }
        }
        TimeLabel {
            color: Theme.muted
            font.pixelSize: Theme.tinySize
            text: root.live.errorCode
            width: parent.width
        }
    }
}
