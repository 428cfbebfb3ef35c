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

    readonly property int size: Math.max(1, Math.round(area.letterSize))
    readonly property real room: area.width - 2 * Theme.marginX
    readonly property real limit: vertical ? room : Math.min(room, most * area.pictureWidth)
    readonly property real wishX: area.pictureX + (atX < 0 ? 0.5 : atX) * area.pictureWidth - anchorX * width
    readonly property real wishY: atY < 0 ? area.pictureY + area.pictureHeight - height : area.pictureY + atY * area.pictureHeight - anchorY * height

    // A Row takes its size from its children only when the next frame is drawn: too late to see
    // whether it fits.
    height: tallest()
    layoutDirection: fromRight ? Qt.RightToLeft : Qt.LeftToRight
    spacing: vertical ? 0.24 * area.letterSize : 0
    width: broad()
    x: Math.round(Math.max(Theme.marginX, Math.min(wishX, area.width - Theme.marginX - width)))
    y: Math.round(area.tops[area.standing.indexOf(box)] ?? wishY)

    onAtXChanged: Qt.callLater(area.fit)
    onAtYChanged: Qt.callLater(area.fit)
    onInkedChanged: Qt.callLater(area.fit)

    function tallest(): real {
        let found = 0;
        for (let i = 0; i < columns.count; i++)
            found = Math.max(found, columns.itemAt(i)?.implicitHeight ?? 0);
        return found;
    }
    function broad(): real {
        let found = Math.max(0, columns.count - 1) * spacing;
        for (let i = 0; i < columns.count; i++)
            found += columns.itemAt(i)?.implicitWidth ?? 0;
        return found;
    }

    Repeater {
        id: columns

        model: box.inked.length

        OutlinedText {
            required property int index

            inked: box.inked[index] ?? ""
            limit: box.limit
            outline: box.outlines[index] ?? ""
            side: box.side
            size: box.size
        }
    }
}
