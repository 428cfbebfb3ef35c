"""How much of a stranger's subtitles is read; what lies beyond is noted, and left out.

Each is far above what real documents hold, and low enough that no small one keeps the program
busy: work grows as a document does, and never as its square.
"""

LARGEST_DOCUMENT = 16_000_000
"""Bytes; a film's subtitles stay below one million."""

# ---- TTML

DEEPEST_ELEMENTS = 40
"""Blocks and spans inside each other."""
MOST_REFERENCES = 16
"""Styles that an element refers to, and styles that lead to styles."""
MOST_RUNS = 1_000
"""Stretches of text of one paragraph."""
MOST_CHANGES = 64
"""<set> elements of one paragraph."""
MOST_PIECES = 64
"""A paragraph whose parts come and go is cut into at most this many cues."""
MOST_SHOWN_AGAIN = 50_000
"""Stretches of text that a document's further pieces show once more."""

# ---- WebVTT

MOST_RULES = 100
"""Rules of all STYLE blocks."""
LONGEST_SELECTOR = 500
"""Characters."""
DEEPEST_TAGS = 64
"""Tags of a cue inside each other."""
