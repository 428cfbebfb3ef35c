"""The presentation as it changes: reloads, the live window, breaks and dated events."""
