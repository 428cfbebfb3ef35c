import Farol.Ui

// One slot's pictures, where multi-view has it; outside multi-view the only one fills the scene.
VideoItem {
    id: root

    required property MultiViewModel multi
    required property int slot
    readonly property rect place: multi.slots[slot] ?? Qt.rect(0, 0, 0, 0)
    readonly property real gap: place.width < 1 ? Math.round(2 * Theme.u) : 0

    height: Math.max(0, place.height * (parent?.height ?? 0) - 2 * gap)
    visible: place.width > 0
    width: Math.max(0, place.width * (parent?.width ?? 0) - 2 * gap)
    x: place.x * (parent?.width ?? 0) + gap
    y: place.y * (parent?.height ?? 0) + gap
}
