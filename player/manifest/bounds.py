"""How much of a stranger's document is read; what lies beyond is noted, and left out.

Each is far above what real manifests hold, and low enough that no small document keeps the
program busy: work grows as a document does, and never as its square.
"""

LARGEST_INTEGER = 2**62
"""Integers beyond are mistakes; a range of them would not even have a length."""

# ---- HLS

LONGEST_LINE = 1_000_000
"""Characters. No cap on a URL's length, but variables must not multiply a line without end."""
MOST_SUBSTITUTED = 16_000_000
"""Characters that variables may add to all lines together."""
MOST_VARIANTS = 2_000
"""Variants of a multivariant playlist; as many lists of key frames, and of thumbnails."""
MOST_RENDITIONS = 2_000
"""EXT-X-MEDIA tags of a multivariant playlist."""
MOST_SESSION_FACTS = 2_000
"""EXT-X-SESSION-DATA tags."""
MOST_SESSION_KEYS = 64
"""EXT-X-SESSION-KEY tags: every representation has them all."""
MOST_KEY_SYSTEMS = 32
"""KEYFORMATs in force at once."""
MOST_DATE_RANGES = 2_000
"""Date ranges of a list and the loads before it; the newest are kept."""
MOST_ASSETS = 200
"""Entries of an interstitial's asset list."""
MOST_CLONES = 50
"""Pathways that a steering manifest clones."""
MOST_TILES = 100
"""Thumbnails in a row or column of a picture."""
LARGEST_BITRATE = 10_000_000
"""Kilobits a second."""

# ---- DASH

LARGEST_MPD = 64_000_000
"""Bytes; real MPDs of day-long windows stay below ten million."""
MOST_PERIODS = 2_000
"""Periods: of a live MPD the newest are kept."""
MOST_SETS = 2_000
"""AdaptationSets of a period."""
MOST_ALIKE = 32
"""Descriptors of one kind that one element has: properties, protections, channels, captions."""
MOST_PLACES = 16
"""Alternatives at several levels multiply; nobody has more servers than this."""
MOST_REPEATS = 2**31
"""More segments in a row than any programme has: the repeat count is a mistake."""
MOST_A_SECOND = 1_000_000
"""Segments a second; shorter ones have no duration in our units, and without an end no count."""
MOST_INHERITED = 50_000
"""Segments of a period that are written once and read again for each who inherits them."""
MOST_MPD_EVENTS = 10_000
"""Events of all EventStreams."""
MOST_LINKS = 64
"""Remote elements (xlink) of an MPD."""
DEEPEST_LINKS = 3
"""Remote elements that lead to remote elements."""
LARGEST_REMOTE = 4_000_000
"""Bytes of one remote element."""
MOST_ELEMENTS = 100_000
"""Of an MPD that is kept for patches; of a larger one (some 40 MB as a tree) none is."""
MOST_OPERATIONS = 2_000
"""Of one patch; beyond, the whole MPD is loaded instead."""
MOST_WALKED = 1_000_000
"""Elements that the operations of one patch may look at before the whole MPD is loaded."""
MOST_BOXES = 1_000
"""`sidx` boxes of one index; a file of a day in minutes has no more."""
LARGEST_BOX = 1_000_000
"""Bytes of a `sidx` box that is asked for again."""

# ---- a presentation that goes on for weeks

MOST_KEPT_WARNINGS = 200
"""A live list may bring new ones with every reload."""
MOST_KEPT_EVENTS = 2_000
"""The newest by start."""

MOST_PARTS = 2_000
"""Parts of one segment."""

MOST_REPORTS = 200
"""Rendition reports of one playlist."""
