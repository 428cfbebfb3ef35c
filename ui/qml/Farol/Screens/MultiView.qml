pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

// What stands over the pictures of multi-view.
Item {
    id: root

    required property MultiViewModel multi
    required property VolumeViewModel volume

    Repeater {
        model: root.multi.frames.length

        delegate: Tile {
            id: tile

            required property int index
            readonly property rect place: root.multi.frames[index] ?? Qt.rect(0, 0, 0, 0)

            focused: index === root.multi.focusedPlace
            height: place.height * root.height
            muted: root.volume.muted
            name: root.multi.names[index] ?? ""
            paused: root.multi.paused[index] ?? false
            sentence: root.multi.sentences[index] ?? ""
            waiting: root.multi.waiting[index] ?? false
            wide: place.width
            width: place.width * root.width
            x: place.x * root.width
            y: place.y * root.height

            onTapped: root.multi.focusOn(tile.index)
        }
    }
}
