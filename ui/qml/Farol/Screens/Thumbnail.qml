pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

// A small picture with its time below; where there are no pictures, the time alone.
Rectangle {
    id: root

    required property ScrubViewModel scrub

    readonly property real inset: Math.round(6 * Theme.u)
    readonly property bool shown: scrub.visible

    color: Theme.night
    height: label.y + label.height + inset
    opacity: shown ? 1 : 0
    radius: Theme.radius
    visible: opacity > 0
    width: scrub.pictured ? place.width + 2 * inset : label.width + 8 * inset

    Behavior on opacity {
        NumberAnimation {
            duration: Theme.fade
        }
    }

    Rectangle {
        id: place

        anchors.horizontalCenter: parent.horizontalCenter
        color: Theme.raised
        height: Math.round(width / root.scrub.shape)
        radius: picture.status === Image.Ready ? 0.03 * width : Theme.radius - root.inset
        visible: root.scrub.pictured
        width: Math.round(Math.min(320 * Theme.u, 240 * Theme.u * root.scrub.shape))
        y: root.inset

        Image {
            id: picture

            anchors.fill: parent
            asynchronous: true
            cache: false
            opacity: root.scrub.picture.length > 0 && status === Image.Ready ? 1 : 0
            source: root.scrub.picture
            sourceSize: Qt.size(width * Screen.devicePixelRatio, height * Screen.devicePixelRatio)

            Behavior on opacity {
                NumberAnimation {
                    duration: Theme.fade
                }
            }
        }
    }
    TimeLabel {
        id: label

        anchors.horizontalCenter: parent.horizontalCenter
        font.weight: Font.DemiBold
        text: root.scrub.text
        y: (root.scrub.pictured ? place.y + place.height : 0) + root.inset
    }
}
