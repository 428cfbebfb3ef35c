"""What an import is asked and what it answers; crosses the process border as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog.model import CatalogWarning, SourceIdentity


class CatalogImportError(Exception):
    """Nothing was imported and the old guide stands; the text is a sentence for the viewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is: `done` things of a phase ("channels", "programmes", "index")."""

    phase: str
    done: int


ReportProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import brought."""

    channels: int
    guide_channels: int
    programmes: int
    matched: int
    warnings: tuple[CatalogWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """One list and its guides, as files, to become the guide database `into`.

    `mapping` is the viewer's own choice: channel id to the guide's id.
    """

    list_path: Path
    guide_paths: tuple[Path, ...]
    into: Path
    source: SourceIdentity
    mapping: Mapping[str, str] = field(default_factory=dict)
