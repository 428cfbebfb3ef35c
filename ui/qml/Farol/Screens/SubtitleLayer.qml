pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

// Text over the picture. Places count from the picture, not from the bars around it; all of it
// stays inside the margins that a television may cut, and above what lies at the bottom.
Item {
    id: root

    required property SubtitlesModel subtitles

    property real floor: height
    property real floorMargin: Theme.marginY

    readonly property real pictureWidth: Math.min(width, height * subtitles.aspect)
    readonly property real pictureHeight: Math.min(height, width / subtitles.aspect)
    readonly property real pictureX: (width - pictureWidth) / 2
    readonly property real pictureY: (height - pictureHeight) / 2
    readonly property real lowest: Math.min(floor, height) - floorMargin
    readonly property real highest: Theme.marginY

    LayoutMirroring.childrenInherit: true
    LayoutMirroring.enabled: false

    // Rows come from the bottom up: where a box would touch one before it, it stands on that.
    function clear(box: SubtitleBox, wish: real): real {
        let y = wish;
        for (let i = 0; i < box.index; i++)
            y = above(boxes.itemAt(i) as SubtitleBox, box, y);
        return y;
    }
    function above(other: SubtitleBox, box: SubtitleBox, y: real): real {
        const apart = !other || other.x >= box.x + box.width || box.x >= other.x + other.width;
        return apart || y >= other.y + other.height || other.y >= y + box.height ? y : other.y - box.height;
    }

    Repeater {
        id: boxes

        model: root.subtitles

        SubtitleBox {
            area: root
        }
    }
}
