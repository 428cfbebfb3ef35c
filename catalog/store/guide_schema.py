"""The tables of guide.db. A changed schema is a new version: the file is rebuilt, not migrated."""

SCHEMA_VERSION = 1

TABLES = """
CREATE TABLE channel (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    groups TEXT NOT NULL,
    logo TEXT NOT NULL,
    guide_id TEXT NOT NULL,
    guide_name TEXT NOT NULL,
    guide_shift INTEGER NOT NULL,
    radio INTEGER NOT NULL,
    adult INTEGER NOT NULL,
    headers TEXT NOT NULL,
    properties TEXT NOT NULL,
    catchup TEXT NOT NULL,
    guide INTEGER
) STRICT;
CREATE TABLE guide_channel (
    guide INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    names TEXT NOT NULL,
    logo TEXT NOT NULL
) STRICT;
CREATE TABLE programme (
    id INTEGER PRIMARY KEY,
    guide INTEGER NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER,
    title TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    description TEXT NOT NULL,
    categories TEXT NOT NULL
) STRICT;
"""

TIME_INDEX = "CREATE INDEX programme_time ON programme (guide, start, stop);"

TITLE_INDEX = """
CREATE VIRTUAL TABLE title_index USING fts5(
    title, content='programme', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2', detail=column
);
INSERT INTO title_index(title_index) VALUES ('rebuild');
"""

FAST_BUILD = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -16000;
PRAGMA temp_store = FILE;
"""
"""A half-built file is thrown away, so that it needs no journal; it is synced before the swap."""
