pragma ComponentBehavior: Bound
import QtQuick

// What stands over one picture of multi-view. The ring and the white name are where the viewer is.
Item {
    id: tile

    required property string name
    required property string sentence
    required property bool focused
    required property bool waiting
    required property bool paused
    required property bool muted

    // How much of the window's width it has.
    required property real wide

    // A large picture has a large name.
    readonly property int letters: wide >= 0.6 ? Theme.leadSize : wide >= 0.4 ? Theme.smallSize : Theme.tinySize
    readonly property real margin: Math.round((wide >= 0.4 ? 20 : 12) * Theme.u)

    signal tapped

    Accessible.name: sentence.length > 0 ? qsTr("%1: %2").arg(name).arg(sentence) : name
    Accessible.role: Accessible.StaticText

    TapHandler {
        onTapped: tile.tapped()
    }
    Rectangle {
        anchors.fill: parent
        color: Theme.shade(0.86)
        visible: tile.sentence.length > 0

        Label {
            anchors.bottom: parent.bottom
            anchors.bottomMargin: chip.height + tile.margin
            anchors.left: parent.left
            anchors.margins: tile.margin
            anchors.right: parent.right
            anchors.top: parent.top
            font.pixelSize: tile.letters
            horizontalAlignment: Text.AlignHCenter
            text: tile.sentence
            wrapMode: Text.Wrap
        }
    }
    LoadingState {
        active: tile.waiting
        anchors.bottom: chip.top
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        buffering: false
        objectName: "waiting"
        size: Math.min(72 * Theme.u, height / 2)
    }
    Rectangle {
        id: chip

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.margins: tile.margin
        color: tile.focused ? Theme.text : Theme.shade(0.8)
        objectName: "name"
        height: Math.round(words.height + 12 * Theme.u)
        radius: height / 2
        width: Math.ceil(words.width + 36 * Theme.u)

        Row {
            id: words

            anchors.centerIn: parent
            spacing: 10 * Theme.u

            Icon {
                id: mark

                anchors.verticalCenter: parent.verticalCenter
                colour: word.color
                path: tile.paused ? Icons.paused : tile.muted ? Icons.muted : Icons.speaker
                size: Math.round(tile.letters)
                visible: tile.focused || tile.paused
            }
            Label {
                id: word

                color: tile.focused ? Theme.onWhite : Theme.text
                font.pixelSize: tile.letters
                font.weight: Font.Medium
                text: tile.name
                width: Math.min(Math.ceil(implicitWidth), tile.width - 2 * tile.margin - 36 * Theme.u - (mark.visible ? mark.size + words.spacing : 0))
            }
        }
    }
    Rectangle {
        anchors.fill: parent
        border.color: Theme.text
        border.width: Math.max(2, Math.round(5 * Theme.u))
        color: "transparent"
        visible: tile.focused
    }
}
