pragma ComponentBehavior: Bound
import QtQuick

// A gradient of night, dark at one edge: the eased stops leave no visible end.
Rectangle {
    id: scrim

    property bool across: false
    property real strength: 0.94
    property real solid: 0

    color: "transparent"
    gradient: Gradient {
        orientation: scrim.across ? Gradient.Horizontal : Gradient.Vertical

        GradientStop {
            position: 0
            color: Theme.shade(scrim.strength)
        }
        GradientStop {
            position: scrim.solid
            color: Theme.shade(scrim.strength)
        }
        GradientStop {
            position: scrim.solid + (1 - scrim.solid) * 0.28
            color: Theme.shade(scrim.strength * 0.8)
        }
        GradientStop {
            position: scrim.solid + (1 - scrim.solid) * 0.58
            color: Theme.shade(scrim.strength * 0.38)
        }
        GradientStop {
            position: scrim.solid + (1 - scrim.solid) * 0.82
            color: Theme.shade(scrim.strength * 0.1)
        }
        GradientStop {
            position: 1
            color: Theme.shade(0)
        }
    }
}
