pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

Item {
    id: spark

    required property string label
    required property string value
    required property list<point> points

    implicitHeight: head.height + plot.height + 8 * Theme.u

    Item {
        id: head

        height: word.height
        width: parent.width

        Label {
            id: word

            anchors.left: parent.left
            anchors.right: figure.left
            anchors.rightMargin: 12 * Theme.u
            color: Theme.muted
            font.pixelSize: Theme.tinySize
            text: spark.label
        }
        TimeLabel {
            id: figure

            anchors.right: parent.right
            font.pixelSize: Theme.tinySize
            text: spark.value
        }
    }
    Rectangle {
        id: plot

        anchors.bottom: parent.bottom
        color: Theme.raised
        height: Math.round(52 * Theme.u)
        radius: 8 * Theme.u
        width: parent.width

        Shape {
            anchors.fill: parent
            anchors.margins: 6 * Theme.u
            preferredRendererType: Shape.CurveRenderer
            visible: spark.points.length > 1

            ShapePath {
                capStyle: ShapePath.RoundCap
                fillColor: "transparent"
                joinStyle: ShapePath.RoundJoin
                strokeColor: Theme.muted
                strokeWidth: 3 * Theme.u

                PathPolyline {
                    path: spark.points.map(p => Qt.point(p.x * plot.width * 0.97, p.y * plot.height * 0.76))
                }
            }
        }
    }
}
