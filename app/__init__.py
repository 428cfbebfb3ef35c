"""The composition root: the command line, and the binding of every room to the others."""
