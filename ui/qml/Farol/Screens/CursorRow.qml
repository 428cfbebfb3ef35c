pragma ComponentBehavior: Bound
import QtQuick

// A row of a CursorList: white under the cursor, pressed by a click.
Item {
    id: row

    required property bool focused
    property real gap: 4 * Theme.u

    readonly property color first: focused ? Theme.onWhite : Theme.text
    readonly property color second: focused ? Theme.onWhiteMuted : Theme.muted

    signal clicked

    Accessible.focused: focused
    Accessible.onPressAction: clicked()

    Rectangle {
        anchors.fill: parent
        anchors.bottomMargin: row.gap
        anchors.topMargin: row.gap
        color: Theme.text
        radius: Theme.radius
        visible: row.focused
    }
    TapHandler {
        gesturePolicy: TapHandler.ReleaseWithinBounds

        onTapped: row.clicked()
    }
}
