pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

// Quiet: comes only when the wait is felt, and never covers the old picture.
Item {
    id: root

    required property bool active
    required property bool buffering
    property real size: 72 * Theme.u

    opacity: 0

    states: State {
        name: "waiting"
        when: root.active

        PropertyChanges {
            root.opacity: 1
        }
    }
    transitions: Transition {
        to: "waiting"

        SequentialAnimation {
            PauseAnimation {
                duration: root.buffering ? 200 : 700
            }
            NumberAnimation {
                duration: Theme.fade
                property: "opacity"
            }
        }
    }

    Rectangle {
        anchors.verticalCenter: parent.verticalCenter
        height: 460 * Theme.f
        visible: root.buffering
        width: parent.width

        gradient: Gradient {
            GradientStop {
                position: 0
                color: Theme.shade(0)
            }
            GradientStop {
                position: 0.5
                color: Theme.shade(0.76)
            }
            GradientStop {
                position: 1
                color: Theme.shade(0)
            }
        }
    }
    Rectangle {
        anchors.centerIn: parent
        color: Theme.shade(0.62)
        height: width
        radius: width / 2
        visible: !root.buffering
        width: 1.6 * root.size
    }
    Column {
        anchors.centerIn: parent
        spacing: 24 * Theme.u

        Shape {
            id: ring

            readonly property real stroke: root.size / 12

            anchors.horizontalCenter: parent.horizontalCenter
            height: width
            preferredRendererType: Shape.CurveRenderer
            width: root.size

            ShapePath {
                capStyle: ShapePath.RoundCap
                fillColor: "transparent"
                strokeColor: Theme.muted
                strokeWidth: ring.stroke

                PathAngleArc {
                    centerX: ring.width / 2
                    centerY: ring.height / 2
                    radiusX: (ring.width - ring.stroke) / 2
                    radiusY: radiusX
                    startAngle: 0
                    sweepAngle: 96
                }
            }

            RotationAnimation on rotation {
                duration: 1100
                from: 0
                loops: Animation.Infinite
                running: root.opacity > 0 && !Theme.reduceMotion
                to: 360
            }
        }
        Label {
            anchors.horizontalCenter: parent.horizontalCenter
            text: qsTr("Waiting for the network")
            visible: root.buffering
        }
    }
}
