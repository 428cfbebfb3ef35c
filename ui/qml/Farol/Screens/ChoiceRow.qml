pragma ComponentBehavior: Bound
import QtQuick

CursorRow {
    id: row

    required property string label
    required property string detail
    required property bool current

    gap: 3 * Theme.u

    Accessible.role: Accessible.RadioButton
    Accessible.name: label
    Accessible.checked: current

    Icon {
        id: check

        anchors.left: parent.left
        anchors.leftMargin: 24 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        colour: row.first
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
        color: row.first
        font.pixelSize: Theme.leadSize
        font.weight: row.current || row.focused ? Font.DemiBold : Font.Normal
        text: row.label
    }
    TimeLabel {
        id: detail

        anchors.right: parent.right
        anchors.rightMargin: 24 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        color: row.second
        font.pixelSize: Theme.smallSize
        text: row.detail
        width: Math.min(implicitWidth, row.width * 0.5)
    }
}
