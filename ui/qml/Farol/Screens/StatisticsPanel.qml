pragma ComponentBehavior: Bound
import QtQuick
import Farol.Ui

Rectangle {
    id: root

    required property StatisticsViewModel statistics

    property real tallest: Infinity

    readonly property real pad: Math.round(32 * Theme.u)
    readonly property real columnWidth: (width - 3 * pad) / 2

    color: Theme.shade(0.9)
    implicitHeight: Math.min(content.height + 2 * pad, tallest)
    implicitWidth: Math.round(880 * Theme.f)
    radius: 16 * Theme.u

    Column {
        id: content

        anchors.left: parent.left
        anchors.leftMargin: root.pad
        anchors.top: parent.top
        anchors.topMargin: root.pad
        spacing: 20 * Theme.u
        width: parent.width - 2 * root.pad

        Grid {
            columnSpacing: root.pad
            columns: 2
            rowSpacing: 8 * Theme.u

            Repeater {
                model: root.statistics.labels

                Fact {
                    required property int index
                    required property string modelData

                    label: modelData
                    value: root.statistics.values[index] ?? ""
                    width: root.columnWidth
                }
            }
        }
        Row {
            id: histories

            readonly property real each: (width - 2 * spacing) / 3

            spacing: 16 * Theme.u
            width: parent.width

            Sparkline {
                label: qsTr("Throughput")
                points: root.statistics.throughput
                value: root.statistics.throughputText
                width: histories.each
            }
            Sparkline {
                label: qsTr("Buffer")
                points: root.statistics.buffer
                value: root.statistics.bufferText
                width: histories.each
            }
            Sparkline {
                label: qsTr("Latency")
                points: root.statistics.latency
                value: root.statistics.latencyText
                width: histories.each
            }
        }
        Column {
            id: decisions

            readonly property real room: root.implicitHeight - 2 * root.pad - y

            spacing: 6 * Theme.u
            visible: root.statistics.decisions.length > 0
            width: parent.width

            Label {
                color: Theme.muted
                font.pixelSize: Theme.tinySize
                text: qsTr("Last decisions")
            }
            Repeater {
                model: root.statistics.decisions

                TimeLabel {
                    required property string modelData

                    font.pixelSize: Theme.tinySize
                    maximumLineCount: 2
                    opacity: y + height > decisions.room ? 0 : 1
                    text: modelData
                    width: content.width
                    wrapMode: Text.Wrap
                }
            }
        }
    }
}
