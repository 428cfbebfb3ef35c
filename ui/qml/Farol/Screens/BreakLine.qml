pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property BreakViewModel playing
    // What lies at the bottom already: the banner, or the screen's margin.
    required property real ground

    readonly property real contentTop: row.y

    Accessible.role: Accessible.Notification
    Accessible.name: playing.text

    Row {
        id: row

        anchors.right: parent.right
        anchors.rightMargin: Theme.marginX
        spacing: 16 * Theme.u
        y: root.ground - height - 16 * Theme.u

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.shade(0.8)
            implicitHeight: words.implicitHeight + 24 * Theme.u
            implicitWidth: words.implicitWidth + 44 * Theme.u
            radius: height / 2

            Row {
                id: words

                anchors.centerIn: parent
                spacing: 20 * Theme.u

                TimeLabel {
                    font.pixelSize: Theme.smallSize
                    text: root.playing.text
                }
                TimeLabel {
                    color: Theme.muted
                    font.pixelSize: Theme.smallSize
                    text: root.playing.later
                    visible: text.length > 0
                }
            }
        }
        PillButton {
            anchors.verticalCenter: parent.verticalCenter
            focused: true
            text: qsTr("Skip")
            visible: root.playing.offers

            onClicked: root.playing.skip()
        }
    }
}
