pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property NumberEntryViewModel entry

    readonly property real contentTop: Math.min(lines.y, tile.y)

    Scrim {
        anchors.bottom: parent.bottom
        height: Math.min(parent.height, 600 * Theme.f)
        rotation: 180
        solid: 0.14
        width: parent.width
    }
    LogoTile {
        id: tile

        anchors.left: parent.left
        anchors.leftMargin: Theme.marginX
        anchors.verticalCenter: lines.verticalCenter
        colour: root.entry.colour
        initials: root.entry.found ? root.entry.initials : "?"
        logo: root.entry.logo
        size: Math.round(132 * Theme.u)
    }
    Column {
        id: lines

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.marginY + 64 * Theme.u
        anchors.left: tile.right
        anchors.leftMargin: 40 * Theme.u
        anchors.right: parent.right
        anchors.rightMargin: Theme.marginX
        spacing: 8 * Theme.u

        Row {
            id: numberLine

            width: parent.width

            TimeLabel {
                id: typed

                font.pixelSize: Theme.headSize
                font.weight: Font.DemiBold
                text: root.entry.digits
            }
            TimeLabel {
                id: rest

                color: Theme.faint
                font.pixelSize: Theme.headSize
                font.weight: Font.DemiBold
                text: root.entry.number.substring(root.entry.digits.length)
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                font.pixelSize: Theme.leadSize
                leftPadding: 20 * Theme.u
                rightPadding: leftPadding
                text: root.entry.name
                visible: root.entry.title.length > 0
                width: Math.min(implicitWidth, lines.width - typed.width - rest.width)
            }
        }
        Title {
            text: root.entry.found ? (root.entry.title || root.entry.name) : qsTr("No channel %1").arg(root.entry.digits)
            width: parent.width
        }
    }
}
