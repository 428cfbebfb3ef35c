pragma ComponentBehavior: Bound
import QtQuick

// Loads its screen when first shown; comes and goes in a short fade, with nothing moving.
Loader {
    id: root

    required property bool shown

    anchors.fill: parent
    active: shown || opacity > 0
    enabled: shown
    opacity: shown ? 1 : 0
    visible: opacity > 0

    Behavior on opacity {
        NumberAnimation {
            duration: Theme.fade
        }
    }
}
