pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Rectangle {
    id: root

    required property LiveViewModel live
    required property ShellViewModel shell
    required property url picture

    function title(): string {
        if (root.live.listLoading)
            return qsTr("Reading the list of channels");
        return root.live.listNote ? qsTr("The list of channels cannot be opened") : qsTr("No channels yet");
    }

    color: Theme.night

    Column {
        anchors.left: parent.left
        anchors.leftMargin: Theme.marginX
        anchors.right: parent.right
        anchors.rightMargin: Theme.marginX
        anchors.verticalCenter: parent.verticalCenter
        spacing: 24 * Theme.u

        Row {
            width: parent.width

            Image {
                height: width
                source: root.picture
                sourceSize: Qt.size(width * 2, height * 2)
                width: 132 * Theme.u
            }
        }
        Title {
            text: root.title()
            width: parent.width
        }
        Label {
            color: Theme.muted
            font.pixelSize: Theme.leadSize
            text: root.live.listNote || qsTr("Start Farol with a channel list of your own: farol --source LIST.m3u")
            visible: !root.live.listLoading
            width: Math.min(parent.width, 1200 * Theme.f)
            wrapMode: Text.Wrap
        }
        Row {
            topPadding: 16 * Theme.u
            visible: !root.live.listLoading
            width: parent.width

            PillButton {
                focused: true
                text: qsTr("Look again")

                onClicked: root.shell.lookAgain()
            }
        }
    }
}
