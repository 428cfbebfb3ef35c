pragma ComponentBehavior: Bound
import QtQuick

Item {
    id: fact

    required property string label
    required property string value

    implicitHeight: word.height

    Label {
        id: word

        anchors.left: parent.left
        color: Theme.muted
        font.pixelSize: Theme.tinySize
        text: fact.label
        width: Math.min(implicitWidth, fact.width * 0.62)
    }
    TimeLabel {
        anchors.left: word.right
        anchors.leftMargin: 12 * Theme.u
        anchors.right: parent.right
        font.pixelSize: Theme.tinySize
        horizontalAlignment: Text.AlignRight
        text: fact.value
    }
}
