pragma ComponentBehavior: Bound
import QtQuick

CursorRow {
    id: row

    required property string number
    required property real numberWidth
    required property string name
    required property string logo
    required property string initials
    required property string colour
    required property string title
    required property real progress
    required property string next
    required property bool playing

    readonly property bool known: title.length > 0

    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, channel %2 %3").arg(known ? title : name).arg(number).arg(name)

    TimeLabel {
        id: number

        anchors.left: parent.left
        anchors.leftMargin: 14 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        color: row.playing ? (row.focused ? Theme.lampOnWhite : Theme.lamp) : row.second
        font.weight: row.playing ? Font.DemiBold : Font.Normal
        horizontalAlignment: Text.AlignRight
        text: row.number
        width: row.numberWidth
    }
    LogoTile {
        id: tile

        anchors.left: number.right
        anchors.leftMargin: 24 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        colour: row.colour
        initials: row.initials
        logo: row.logo
    }
    Column {
        anchors.left: tile.right
        anchors.leftMargin: 24 * Theme.u
        anchors.right: bar.visible ? bar.left : parent.right
        anchors.rightMargin: 28 * Theme.u
        anchors.verticalCenter: parent.verticalCenter

        Label {
            color: row.first
            font.pixelSize: Theme.leadSize
            font.weight: row.focused ? Font.DemiBold : Font.Medium
            text: row.known ? row.title : row.name
            width: parent.width
        }
        Label {
            color: row.second
            font.pixelSize: Theme.smallSize
            text: row.focused && row.next.length > 0 ? qsTr("%1  ·  next %2").arg(row.name).arg(row.next) : row.name
            visible: row.known
            width: parent.width
        }
    }
    ProgressBar {
        id: bar

        anchors.right: parent.right
        anchors.rightMargin: 22 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        focused: row.focused
        value: Math.max(0, row.progress)
        visible: row.progress >= 0
        width: Math.round(Math.min(190 * Theme.u, row.width * 0.22))
    }
}
