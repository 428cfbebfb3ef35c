"""The stores: guide.db (rebuilt, swapped in whole) and user.db (the viewer's, never rebuilt)."""
