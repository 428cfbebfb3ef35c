pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

// The banner's bar, to be pointed at: a place on it shows its time and a small picture above it.
Item {
    id: root

    required property ScrubViewModel scrub
    required property real value
    property list<real> breaks: []
    property list<real> joints: []
    // How far the picture may reach beyond the bar, at its start and at its end.
    property real before: 0
    property real after: 0

    readonly property real at: place(scrub.place) * width
    readonly property bool mirrored: LayoutMirroring.enabled
    // How far up the picture reaches.
    readonly property real reach: scrub.visible ? thumbnail.height + thumbnail.anchors.bottomMargin : 0

    // Times run from right to left where everything is mirrored.
    function place(from: real): real {
        return mirrored ? 1 - from : from;
    }

    implicitHeight: bar.implicitHeight

    ProgressBar {
        id: bar

        breaks: root.breaks
        joints: root.joints
        knob: true
        value: root.value
        width: root.width
    }
    Rectangle {
        anchors.verticalCenter: bar.verticalCenter
        color: Theme.text
        height: Math.round(20 * Theme.u)
        radius: width / 2
        visible: root.scrub.visible
        width: Math.max(2, Math.round(4 * Theme.u))
        x: root.at - width / 2
    }
    MouseArea {
        anchors.fill: parent
        anchors.margins: -20 * Theme.u
        anchors.leftMargin: 0
        anchors.rightMargin: 0
        hoverEnabled: true

        onClicked: mouse => root.scrub.tap(root.place(mouse.x / width))
        onExited: root.scrub.leave()
        onPositionChanged: mouse => root.scrub.hover(root.place(mouse.x / width))
    }
    Thumbnail {
        id: thumbnail

        anchors.bottom: bar.top
        anchors.bottomMargin: 22 * Theme.u
        scrub: root.scrub
        x: Math.max(root.mirrored ? -root.after : -root.before, Math.min(root.at - width / 2, root.width - width + (root.mirrored ? root.before : root.after)))
    }
}
