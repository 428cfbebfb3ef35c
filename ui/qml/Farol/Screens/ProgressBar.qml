pragma ComponentBehavior: Bound
import QtQuick

Rectangle {
    id: bar

    required property real value
    property bool focused: false
    property bool knob: false
    property color fill: focused ? Theme.lampOnWhite : Theme.lamp

    implicitHeight: Math.round(8 * Theme.u)
    radius: height / 2
    color: focused ? Theme.trackOnWhite : Theme.track

    Rectangle {
        id: done

        anchors.left: parent.left
        color: bar.fill
        height: parent.height
        radius: parent.radius
        width: Math.max(height, parent.width * bar.value)
    }

    Rectangle {
        anchors.horizontalCenter: done.right
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.text
        height: Math.round(20 * Theme.u)
        radius: height / 2
        visible: bar.knob
        width: height
    }
}
