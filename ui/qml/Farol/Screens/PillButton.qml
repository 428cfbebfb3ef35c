pragma ComponentBehavior: Bound
import QtQuick

Rectangle {
    id: button

    required property string text
    required property bool focused

    signal clicked

    implicitWidth: label.implicitWidth + 56 * Theme.u
    implicitHeight: Math.max(58 * Theme.u, label.implicitHeight + 24 * Theme.u)
    radius: height / 2
    color: focused ? Theme.text : Theme.raised

    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.focused: focused
    Accessible.onPressAction: clicked()

    Label {
        id: label

        anchors.centerIn: parent
        color: button.focused ? Theme.onWhite : Theme.text
        font.weight: Font.Medium
        text: button.text
    }

    TapHandler {
        gesturePolicy: TapHandler.ReleaseWithinBounds

        onTapped: button.clicked()
    }
}
