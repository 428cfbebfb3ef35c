import QtQuick

Label {
    property int size: Theme.titleSize

    font.letterSpacing: -0.02 * size
    font.pixelSize: size
    font.weight: Font.DemiBold
}
