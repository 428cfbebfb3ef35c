import QtQuick

// Lines that must be broken are broken into even ones.
// The view-model escapes all of a stranger's text: what is markup here is ours.
Text {
    id: text

    required property real limit
    required property int size

    font.family: Theme.family
    font.pixelSize: size
    font.weight: Font.DemiBold
    lineHeight: 1.14
    textFormat: Text.RichText
    width: implicitWidth <= limit ? Math.ceil(implicitWidth) : Math.min(limit, 1.12 * implicitWidth / Math.ceil(implicitWidth / limit))
    wrapMode: Text.Wrap
}
