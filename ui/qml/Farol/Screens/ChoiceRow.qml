pragma ComponentBehavior: Bound
import QtQuick

Item {
    id: row

    required property string label
    required property string detail
    required property bool current
    required property bool focused

    signal clicked

    Accessible.role: Accessible.RadioButton
    Accessible.name: label
    Accessible.checked: current
    Accessible.focused: focused
    Accessible.onPressAction: clicked()

    Rectangle {
        anchors.fill: parent
        anchors.bottomMargin: 3 * Theme.u
        anchors.topMargin: 3 * Theme.u
        color: Theme.text
        radius: Theme.radius
        visible: row.focused
    }
    Icon {
        id: check

        anchors.left: parent.left
        anchors.leftMargin: 24 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        colour: row.focused ? Theme.onWhite : Theme.text
        path: Icons.check
        size: 30 * Theme.f
        visible: row.current
    }
    TimeLabel {
        anchors.left: check.right
        anchors.leftMargin: 18 * Theme.u
        anchors.right: detail.left
        anchors.rightMargin: 18 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        color: row.focused ? Theme.onWhite : Theme.text
        font.pixelSize: Theme.leadSize
        font.weight: row.current || row.focused ? Font.DemiBold : Font.Normal
        text: row.label
    }
    TimeLabel {
        id: detail

        anchors.right: parent.right
        anchors.rightMargin: 24 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        color: row.focused ? Theme.onWhiteMuted : Theme.muted
        font.pixelSize: Theme.smallSize
        text: row.detail
        width: Math.min(implicitWidth, row.width * 0.5)
    }
    TapHandler {
        gesturePolicy: TapHandler.ReleaseWithinBounds

        onTapped: row.clicked()
    }
}
