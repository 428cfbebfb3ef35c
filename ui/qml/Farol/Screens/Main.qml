pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import Farol.Ui

Window {
    id: root

    required property ShellViewModel shell
    required property LiveViewModel live
    required property BannerViewModel banner
    required property BreakViewModel breaks
    required property ChannelListModel channels
    required property NumberEntryViewModel number
    required property MenuModel qualityMenu
    required property MenuModel audioMenu
    required property MenuModel subtitleMenu
    required property SubtitlesModel subtitles
    required property NoteViewModel note
    required property LookAroundViewModel look
    required property VolumeViewModel volume
    required property TrickViewModel trick
    required property ScrubViewModel scrub
    required property RecordingViewModel recording
    required property MultiViewModel multi
    required property StatisticsViewModel statistics
    required property real fontScale
    required property bool reduceMotion
    required property url picture

    color: "#000000"
    minimumHeight: 240
    minimumWidth: 320
    title: live.channelName.length > 0 ? qsTr("%1 - Farol").arg(live.channelName) : "Farol"
    visibility: Window.Hidden

    onVisibilityChanged: value => shell.windowIs(value === Window.FullScreen, value !== Window.Hidden && value !== Window.Minimized)

    Binding {
        property: "windowHeight"
        target: Theme
        value: root.height
    }
    Binding {
        property: "fontScale"
        target: Theme
        value: root.fontScale
    }
    Binding {
        property: "reduceMotion"
        target: Theme
        value: root.reduceMotion
    }
    Connections {
        target: root.shell

        function onFullscreenChanged() {
            root.visibility = root.shell.fullscreen ? Window.FullScreen : Window.Windowed;
        }
    }

    Item {
        id: scene

        LayoutMirroring.childrenInherit: true
        LayoutMirroring.enabled: Application.layoutDirection === Qt.RightToLeft
        anchors.fill: parent
        focus: true

        Keys.onPressed: event => event.accepted = root.shell.press(event.key, event.modifiers)

        Picture {
            multi: root.multi
            objectName: "video"
            slot: 0
        }
        Picture {
            multi: root.multi
            objectName: "video1"
            slot: 1
        }
        Picture {
            multi: root.multi
            objectName: "video2"
            slot: 2
        }
        Picture {
            multi: root.multi
            objectName: "video3"
            slot: 3
        }
        HoverHandler {
            cursorShape: root.shell.pointerVisible ? Qt.ArrowCursor : Qt.BlankCursor

            onPointChanged: root.shell.pointerMoved(point.position.y / scene.height)
        }
        WheelHandler {
            onWheel: event => root.shell.wheel(event.angleDelta.y > 0 ? 1 : -1)
        }
        DragHandler {
            property point before

            enabled: root.look.active && !root.shell.listOpen
            target: null

            onActiveChanged: before = Qt.point(0, 0)
            onTranslationChanged: {
                root.look.drag(translation.x - before.x, translation.y - before.y, scene.height);
                before = Qt.point(translation.x, translation.y);
            }
        }
        TapHandler {
            exclusiveSignals: TapHandler.SingleTap | TapHandler.DoubleTap

            onDoubleTapped: root.shell.toggleFullscreen()
            onSingleTapped: root.shell.click()
        }

        MultiView {
            anchors.fill: parent
            multi: root.multi
            volume: root.volume
        }
        LoadingState {
            active: !root.multi.active && (root.live.loading || root.live.buffering) && !root.live.failed
            anchors.fill: parent
            buffering: root.live.buffering
        }
        Fading {
            shown: root.live.failed && !root.multi.active

            sourceComponent: ErrorPane {
                live: root.live
                shell: root.shell
            }
        }
        Fading {
            shown: root.live.empty

            sourceComponent: EmptyState {
                live: root.live
                picture: root.picture
                shell: root.shell
            }
        }
        Fading {
            id: bannerPlace

            shown: root.banner.visible && !root.multi.active && !root.number.active && !root.shell.listOpen && !root.live.failed

            sourceComponent: ZapBanner {
                banner: root.banner
                recording: root.recording
                scrub: root.scrub
            }
        }
        Fading {
            id: breakPlace

            readonly property ZapBanner bannerItem: bannerPlace.shown ? bannerPlace.item as ZapBanner : null

            shown: root.breaks.visible && !root.multi.active && !root.number.active && !root.shell.listOpen

            sourceComponent: BreakLine {
                ground: breakPlace.bannerItem?.contentTop ?? breakPlace.height - Theme.marginY + 16 * Theme.u
                playing: root.breaks
            }
        }
        SubtitleLayer {
            readonly property ZapBanner bannerItem: bannerPlace.shown ? bannerPlace.item as ZapBanner : null
            readonly property BreakLine breakItem: breakPlace.shown ? breakPlace.item as BreakLine : null
            readonly property NumberEntry numberItem: numberPlace.shown ? numberPlace.item as NumberEntry : null
            readonly property Note noteItem: notePlace.shown ? notePlace.item as Note : null
            readonly property VolumeOverlay volumeItem: volumePlace.shown ? volumePlace.item as VolumeOverlay : null
            readonly property TrickOverlay trickItem: trickPlace.shown ? trickPlace.item as TrickOverlay : null

            anchors.fill: parent
            ceiling: Math.max(Theme.marginY, bannerItem?.clockBottom ?? 0, noteItem?.contentBottom ?? 0, volumeItem?.contentBottom ?? 0, trickItem?.contentBottom ?? 0)
            floor: Math.min(bannerItem?.contentTop ?? height, numberItem?.contentTop ?? height, breakItem?.contentTop ?? height)
            floorMargin: bannerItem || numberItem || breakItem ? 24 * Theme.u : Theme.marginY
            subtitles: root.subtitles
            visible: !root.live.failed && !root.live.empty && !root.multi.active
        }
        Fading {
            id: notePlace

            shown: root.note.visible && !root.volume.visible && !root.trick.visible && !root.live.failed && !root.shell.listOpen

            sourceComponent: Note {
                note: root.note
            }
        }
        Fading {
            id: numberPlace

            shown: root.number.active

            sourceComponent: NumberEntry {
                entry: root.number
            }
        }
        Fading {
            shown: root.shell.statisticsOpen && !root.live.empty

            sourceComponent: Item {
                StatisticsPanel {
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.marginX / 2
                    anchors.top: parent.top
                    anchors.topMargin: Theme.marginY
                    statistics: root.statistics
                    tallest: parent.height - Theme.marginY - Theme.marginX / 4
                    width: Math.min(implicitWidth, parent.width - Theme.marginX)
                }
            }
        }
        Fading {
            shown: root.shell.listOpen

            sourceComponent: ChannelList {
                channels: root.channels
            }
        }
        Fading {
            shown: root.shell.qualityOpen

            sourceComponent: ChoiceMenu {
                menu: root.qualityMenu
                title: qsTr("Quality")
            }
        }
        Fading {
            shown: root.shell.audioOpen

            sourceComponent: ChoiceMenu {
                menu: root.audioMenu
                title: qsTr("Audio")
            }
        }
        Fading {
            shown: root.shell.subtitlesOpen

            sourceComponent: ChoiceMenu {
                menu: root.subtitleMenu
                title: qsTr("Subtitles")
            }
        }
        Fading {
            id: trickPlace

            shown: root.trick.visible && !root.volume.visible && !root.shell.listOpen && !root.live.failed

            sourceComponent: TrickOverlay {
                shaded: !bannerPlace.shown
                trick: root.trick
            }
        }
        Fading {
            id: volumePlace

            shown: root.volume.visible

            sourceComponent: VolumeOverlay {
                volume: root.volume
            }
        }
    }
}
