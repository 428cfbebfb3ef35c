pragma ComponentBehavior: Bound
import QtQuick

Row {
    id: box

    required property SubtitleLayer area
    required property int index
    required property list<string> inked
    required property list<string> outlines
    required property string side
    required property real atX
    required property real atY
    required property real most
    required property real anchorX
    required property real anchorY
    required property bool vertical
    required property bool fromRight

    readonly property real room: area.width - 2 * Theme.marginX
    readonly property real limit: vertical ? room : Math.min(room, most * area.pictureWidth)
    readonly property real wishX: area.pictureX + (atX < 0 ? 0.5 : atX) * area.pictureWidth - anchorX * width
    readonly property real wishY: atY < 0 ? area.pictureY + area.pictureHeight - height : area.pictureY + atY * area.pictureHeight - anchorY * height

    layoutDirection: fromRight ? Qt.RightToLeft : Qt.LeftToRight
    spacing: vertical ? 12 * Theme.f : 0
    x: Math.round(Math.max(Theme.marginX, Math.min(wishX, area.width - Theme.marginX - width)))
    y: Math.round(Math.max(area.highest, area.clear(box, Math.min(wishY, area.lowest - height))))

    Repeater {
        model: box.inked.length

        OutlinedText {
            required property int index

            inked: box.inked[index] ?? ""
            limit: box.limit
            outline: box.outlines[index] ?? ""
            side: box.side
        }
    }
}
