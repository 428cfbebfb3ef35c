"""The window: QML screens, thin view-models. Sees the catalogue and the player's face only."""
