pragma Singleton
import QtQuick

// Tokens live in QML, not in Python: a binding that asks Python waits for the engine's GIL.
QtObject {
    property real windowHeight: 1080
    property real fontScale: 1
    property bool reduceMotion: false

    // 1 at 1080p. A window lower than 540 px keeps readable text and shows less instead.
    readonly property real u: Math.max(0.5, windowHeight / 1080)
    readonly property real f: u * fontScale

    readonly property color night: "#0A0D14"
    readonly property color surface: "#121722"
    readonly property color raised: "#1B2230"
    readonly property color line: "#263042"
    readonly property color text: "#F2F4F8"
    readonly property color muted: "#9AA6B8"
    readonly property color faint: "#66728A"
    readonly property color lamp: "#FFB547"
    readonly property color lampOnWhite: "#C77800"
    readonly property color live: "#FF5A4E"
    readonly property color onWhite: "#0A0D14"
    readonly property color onWhiteMuted: "#5A6472"
    readonly property color track: "#4DF2F4F8"
    readonly property color trackOnWhite: "#3366728A"

    readonly property string family: "Inter"
    readonly property int titleSize: Math.round(60 * f)
    readonly property int headSize: Math.round(44 * f)
    readonly property int leadSize: Math.round(29 * f)
    readonly property int bodySize: Math.round(27 * f)
    readonly property int smallSize: Math.round(24 * f)
    readonly property int tinySize: Math.round(22 * f)

    readonly property real marginX: Math.round(96 * windowHeight / 1080)
    readonly property real marginY: Math.round(54 * windowHeight / 1080)
    readonly property real radius: 14 * u
    readonly property int fade: reduceMotion ? 0 : 140

    function shade(opacity: real): color {
        return Qt.rgba(night.r, night.g, night.b, opacity);
    }
}
