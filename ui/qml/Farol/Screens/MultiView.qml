pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

// What stands over the pictures of multi-view: their names, and a ring where the viewer is.
Item {
    id: root

    required property MultiViewModel multi

    Repeater {
        model: root.multi.frames

        delegate: Item {
            id: tile

            required property int index
            required property rect modelData
            readonly property bool focused: index === root.multi.focusedPlace
            readonly property string sentence: root.multi.sentences[index] ?? ""

            height: modelData.height * root.height
            width: modelData.width * root.width
            x: modelData.x * root.width
            y: modelData.y * root.height

            TapHandler {
                onTapped: root.multi.focusOn(tile.index)
            }
            Rectangle {
                anchors.bottom: parent.bottom
                anchors.left: parent.left
                anchors.margins: 8 * Theme.u
                color: tile.focused ? Theme.text : Theme.shade(0.72)
                height: name.implicitHeight + 10 * Theme.u
                radius: 10 * Theme.u
                width: Math.min(Math.ceil(name.implicitWidth) + 28 * Theme.u, parent.width - 16 * Theme.u)

                Label {
                    id: name

                    anchors.centerIn: parent
                    color: tile.focused ? Theme.onWhite : Theme.text
                    font.pixelSize: Theme.tinySize
                    text: root.multi.names[tile.index] ?? ""
                    width: Math.min(Math.ceil(implicitWidth), parent.width - 28 * Theme.u + 1)
                }
            }
            Label {
                anchors.fill: parent
                anchors.margins: 32 * Theme.u
                color: Theme.muted
                font.pixelSize: Theme.tinySize
                horizontalAlignment: Text.AlignHCenter
                text: tile.sentence
                wrapMode: Text.Wrap
            }
            Rectangle {
                anchors.fill: parent
                border.color: Theme.text
                border.width: Math.max(2, 4 * Theme.u)
                color: "transparent"
                visible: tile.focused
            }
        }
    }
}
