pragma ComponentBehavior: Bound
import QtQuick

Rectangle {
    id: bar

    required property real value
    property list<real> joints: []
    // Where each break begins and how wide it is, in turn.
    property list<real> breaks: []
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

    Repeater {
        model: Math.floor(bar.breaks.length / 2)

        Rectangle {
            required property int index

            anchors.left: parent?.left
            anchors.leftMargin: Math.min(bar.breaks[2 * index] * bar.width, bar.width - width)
            border.color: Theme.shade(0.85)
            border.width: Math.max(1, Math.round(2 * Theme.u))
            color: Theme.muted
            height: bar.height
            radius: bar.radius
            width: Math.max(Math.round(10 * Theme.u), bar.breaks[2 * index + 1] * bar.width)
        }
    }
    Repeater {
        model: bar.joints

        Rectangle {
            required property real modelData

            anchors.left: parent?.left
            anchors.leftMargin: modelData * bar.width - width / 2
            color: Theme.shade(0.85)
            height: bar.height
            width: Math.max(2, Math.round(4 * Theme.u))
        }
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
