pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes

Item {
    id: icon

    required property string path
    property color colour: Theme.text
    property real size: 24 * Theme.f

    implicitWidth: size
    implicitHeight: size

    Shape {
        width: 24
        height: 24
        scale: icon.size / 24
        transformOrigin: Item.TopLeft
        preferredRendererType: Shape.CurveRenderer

        ShapePath {
            fillColor: icon.colour
            strokeColor: "transparent"

            PathSvg {
                path: icon.path
            }
        }
    }
}
