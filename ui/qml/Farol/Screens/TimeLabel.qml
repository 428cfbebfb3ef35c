import QtQuick

Label {
    font.features: ({ "tnum": 1 })
}
