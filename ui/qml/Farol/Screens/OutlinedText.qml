pragma ComponentBehavior: Bound
import QtQuick

// Light letters with a dark rim, readable from the sofa on any picture: the same text in dark,
// drawn around in a ring, lies below it. Where a span has a ground of its own, that covers the rim.
Item {
    id: root

    required property string inked
    required property string outline
    required property string side
    required property real limit
    required property int size

    readonly property real rim: Math.max(1, size * 0.055)
    readonly property int alignment: side === "left" ? Text.AlignLeft : side === "right" ? Text.AlignRight : Text.AlignHCenter

    implicitHeight: letters.height
    implicitWidth: letters.width

    Repeater {
        model: 12

        Letters {
            required property int index

            Accessible.ignored: true
            color: "#D9000000"
            horizontalAlignment: root.alignment
            limit: root.limit
            size: root.size
            text: root.outline
            x: root.rim * Math.cos(index * Math.PI / 6)
            y: root.rim * Math.sin(index * Math.PI / 6) + root.rim * 0.3
        }
    }
    Letters {
        id: letters

        color: Theme.text
        horizontalAlignment: root.alignment
        limit: root.limit
        size: root.size
        text: root.inked
    }
}
