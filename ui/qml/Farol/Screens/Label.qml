import QtQuick

Text {
    color: Theme.text
    elide: Text.ElideRight
    font.family: Theme.family
    font.pixelSize: Theme.bodySize
    horizontalAlignment: Text.AlignLeft
    // Guides and lists are strangers' text: nothing in it is markup.
    textFormat: Text.PlainText
    verticalAlignment: Text.AlignVCenter
}
