pragma Singleton
import QtQuick

// Drawn on a 24 x 24 ground.
QtObject {
    readonly property string up: "M12 5 L21 19 H3 Z"
    readonly property string down: "M12 19 L3 5 H21 Z"
    readonly property string check: "M4 12.5 L6.2 10.3 L10 14.1 L17.8 6.3 L20 8.5 L10 18.5 Z"
    readonly property string forward: "M3 5 L12 12 L3 19 Z M12 5 L21 12 L12 19 Z"
    readonly property string paused: "M6 4.5 H10 V19.5 H6 Z M14 4.5 H18 V19.5 H14 Z"
    readonly property string speaker: "M3 9 H7 L12 4.5 V19.5 L7 15 H3 Z M14.5 8.2 A5 5 0 0 1 14.5 15.8 L13.4 14.4 A3.2 3.2 0 0 0 13.4 9.6 Z M17 5.2 A8.8 8.8 0 0 1 17 18.8 L15.9 17.3 A6.9 6.9 0 0 0 15.9 6.7 Z"
    readonly property string muted: "M3 9 H7 L12 4.5 V19.5 L7 15 H3 Z M14.2 9.6 L15.6 8.2 L18 10.6 L20.4 8.2 L21.8 9.6 L19.4 12 L21.8 14.4 L20.4 15.8 L18 13.4 L15.6 15.8 L14.2 14.4 L16.6 12 Z"
}
