pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Item {
    id: root

    required property BannerViewModel banner
    required property ScrubViewModel scrub
    required property RecordingViewModel recording

    readonly property real clockBottom: clock.y + clock.height
    readonly property real contentTop: Math.min(lines.y, tile.y, lines.y + timeLine.y - seekBar.reach, neighbours.visible ? neighbours.y : height)
    readonly property bool roomy: width >= 1500 * Theme.u
    // Beside a small picture of elsewhere nothing else is loud; in a low window it lies over it.
    property real quiet: !scrub.visible ? 1 : scant ? 0 : 0.25
    // A low window leaves out what can wait, so that picture and subtitles keep a place.
    readonly property bool scant: height < 600 * Theme.f

    Behavior on quiet {
        NumberAnimation {
            duration: Theme.fade
        }
    }

    Accessible.role: Accessible.Notification
    Accessible.name: qsTr("%1, channel %2 %3").arg(banner.title).arg(banner.number).arg(banner.name)

    Scrim {
        anchors.bottom: parent.bottom
        height: Math.min(parent.height, 600 * Theme.f)
        rotation: 180
        solid: 0.14
        width: parent.width
    }
    Scrim {
        height: 200 * Theme.u
        strength: 0.62
        width: parent.width
    }

    TimeLabel {
        id: clock

        anchors.right: parent.right
        anchors.rightMargin: Theme.marginX
        anchors.top: parent.top
        anchors.topMargin: Theme.marginY
        font.pixelSize: Math.round(34 * Theme.f)
        font.weight: Font.DemiBold
        text: root.banner.clockText
    }

    LogoTile {
        id: tile

        anchors.left: parent.left
        anchors.leftMargin: Theme.marginX
        anchors.verticalCenter: lines.verticalCenter
        colour: root.banner.colour
        initials: root.banner.initials
        logo: root.banner.logo
        size: Math.round((root.scant ? 88 : 132) * Theme.u)
    }

    Column {
        id: lines

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.marginY + 24 * Theme.u
        anchors.left: tile.right
        anchors.leftMargin: 40 * Theme.u
        anchors.right: root.roomy ? neighbours.left : parent.right
        anchors.rightMargin: root.roomy ? 64 * Theme.u : Theme.marginX
        spacing: 8 * Theme.u

        Row {
            id: channelLine

            opacity: root.quiet
            spacing: 16 * Theme.u
            width: parent.width

            TimeLabel {
                id: number

                color: Theme.lamp
                font.pixelSize: Theme.leadSize
                font.weight: Font.DemiBold
                text: root.banner.number
            }
            Label {
                font.pixelSize: Theme.leadSize
                text: root.banner.name
                width: Math.min(implicitWidth, channelLine.width - number.width - marks.width - 2 * channelLine.spacing)
            }
            Row {
                id: marks

                anchors.verticalCenter: parent.verticalCenter
                spacing: 12 * Theme.u

                RecordingMark {
                    maximumWidth: lines.width < 500 * Theme.f ? 0 : lines.width / 3
                    text: root.recording.text
                    visible: root.recording.active
                    waiting: root.recording.broken
                }
                Mark {
                    text: root.banner.notice
                    visible: text.length > 0
                }
                Repeater {
                    model: root.banner.marks

                    Mark {
                        required property string modelData

                        text: modelData
                    }
                }
            }
        }
        Title {
            opacity: root.quiet
            size: root.scant ? Theme.headSize : Theme.titleSize
            text: root.banner.title
            width: parent.width
        }
        Row {
            id: timeLine

            spacing: 20 * Theme.u
            visible: root.banner.timed
            width: parent.width

            TimeLabel {
                id: start

                color: Theme.muted
                text: root.banner.start
            }
            ScrubBar {
                id: seekBar

                after: stop.width + timeLine.spacing
                anchors.verticalCenter: parent.verticalCenter
                before: start.width + timeLine.spacing
                breaks: root.banner.breaks
                joints: root.banner.joints
                objectName: "seekBar"
                scrub: root.scrub
                value: root.banner.progress
                width: Math.min(760 * Theme.u, lines.width - start.width - stop.width - 2 * timeLine.spacing)
            }
            TimeLabel {
                id: stop

                color: Theme.muted
                text: root.banner.stop
            }
        }
        Label {
            color: Theme.muted
            text: root.banner.chapter
            visible: text.length > 0 && !root.scant
            width: parent.width
        }
        Row {
            id: nextLine

            spacing: 20 * Theme.u
            visible: root.banner.nextTitle.length > 0 && !root.scant
            width: parent.width

            Label {
                id: nextWord

                color: Theme.muted
                text: qsTr("Next")
            }
            Label {
                text: root.banner.nextTitle
                width: Math.min(implicitWidth, lines.width - nextWord.width - nextLine.spacing)
            }
        }
    }

    Column {
        id: neighbours

        anchors.right: parent.right
        anchors.rightMargin: Theme.marginX
        anchors.verticalCenter: lines.verticalCenter
        spacing: 16 * Theme.u
        visible: root.roomy && !root.banner.alone

        Neighbour {
            anchors.right: parent.right
            icon: Icons.up
            name: root.banner.upName
            number: root.banner.upNumber
        }
        Neighbour {
            anchors.right: parent.right
            icon: Icons.down
            name: root.banner.downName
            number: root.banner.downNumber
        }
    }
}
