pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

// Text over the picture. Places count from the picture, not from the bars around it; all of it
// stays inside the margins that a television may cut, below what lies at the top and above what
// lies at the bottom. Where there is too much of it for that, it is drawn smaller.
Item {
    id: root

    required property SubtitlesModel subtitles

    property real ceiling: Theme.marginY
    property real floor: height
    property real floorMargin: Theme.marginY
    property real shrink: 1
    property list<Item> standing: []

    readonly property real pictureWidth: Math.min(width, height * subtitles.aspect)
    readonly property real pictureHeight: Math.min(height, width / subtitles.aspect)
    readonly property real pictureX: (width - pictureWidth) / 2
    readonly property real pictureY: (height - pictureHeight) / 2
    readonly property real lowest: Math.min(floor, height) - floorMargin
    // A row of captions has 32 columns, and all of them fit between the margins.
    readonly property real wishedSize: Math.min(50 * Theme.f, (width - 2 * Theme.marginX) / 21)
    readonly property real letterSize: wishedSize * shrink
    readonly property list<real> tops: places()
    readonly property bool crowded: tops.some((top, i) => top + (standing[i]?.height ?? 0) > lowest + 1)

    LayoutMirroring.childrenInherit: true
    LayoutMirroring.enabled: false

    onCeilingChanged: Qt.callLater(fit)
    onLowestChanged: Qt.callLater(fit)
    onPictureHeightChanged: Qt.callLater(fit)
    onPictureWidthChanged: Qt.callLater(fit)
    onWidthChanged: Qt.callLater(fit)
    onWishedSizeChanged: Qt.callLater(fit)

    function fit(): void {
        shrink = 1;
        while (crowded && shrink > 0.2)
            shrink *= 0.9;
    }

    // Rows come from the bottom up: where a box would touch one before it, it stands on that. What
    // would then stand too high is pushed down from the top, and pushes what is below it.
    function places(): list<real> {
        const found = [];
        for (let i = 0; i < standing.length; i++) {
            const box = standing[i] as SubtitleBox;
            let top = Math.min(box.wishY, lowest - box.height);
            for (let j = 0; j < i; j++)
                top = touches(i, top, j, found[j]) ? found[j] - box.height : top;
            found.push(top);
        }
        for (let i = found.length - 1; i >= 0; i--) {
            found[i] = Math.max(ceiling, found[i]);
            for (let j = found.length - 1; j > i; j--)
                if (touches(i, found[i], j, found[j]))
                    found[i] = found[j] + standing[j].height;
        }
        return found;
    }
    function touches(one: int, oneTop: real, other: int, otherTop: real): bool {
        const a = standing[one];
        const b = standing[other];
        const beside = b.x >= a.x + a.width || a.x >= b.x + b.width;
        return !beside && oneTop < otherTop + b.height && otherTop < oneTop + a.height;
    }

    Repeater {
        model: root.subtitles

        onItemAdded: (index, item) => {
            root.standing.push(item);
            Qt.callLater(root.fit);
        }
        onItemRemoved: (index, item) => root.standing = root.standing.filter(box => box !== item)

        SubtitleBox {
            area: root
        }
    }
}
