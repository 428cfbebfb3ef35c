"""The importer process: `python -m catalog.importer` reads one job from its standard input.

The job is a JSON object (`list`, `guides`, `into`, `source`: `id`, `name`, `location`, and
`mapping`); it comes by the pipe because addresses hold credentials and arguments show in `ps`.
Standard output gets one JSON object a line: `{"phase", "done"}`, and last `{"report"}` or
`{"error"}`. Exit status: 0 imported, 1 failed (the old guide stands), 2 no job.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from catalog.import_job import CatalogImportError, ImportJob, ImportReport, Progress
from catalog.model import CatalogWarning, SourceIdentity
from catalog.store.importer import run_import


def encode_job(job: ImportJob) -> str:
    """Write a job as the process reads it. Holds credentials: for a pipe only."""
    return json.dumps(
        {
            "list": str(job.list_path),
            "guides": [str(path) for path in job.guide_paths],
            "into": str(job.into),
            "source": asdict(job.source),
            "mapping": dict(job.mapping),
        }
    )


def decode_job(text: str) -> ImportJob:
    """Read a job.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    stated: dict[str, Any] = json.loads(text)
    return ImportJob(
        list_path=Path(stated["list"]),
        guide_paths=tuple(Path(path) for path in stated["guides"]),
        into=Path(stated["into"]),
        source=SourceIdentity(**stated["source"]),
        mapping=stated.get("mapping", {}),
    )


def decode_line(line: str) -> Progress | ImportReport:
    """Read a line of the process's output.

    Raises:
        CatalogImportError: the line says so.
        ValueError: it is no such line.
    """
    stated: dict[str, Any] = json.loads(line)
    if "error" in stated:
        raise CatalogImportError(stated["error"])
    if "report" not in stated:
        return Progress(phase=str(stated["phase"]), done=int(stated["done"]))
    report: dict[str, Any] = stated["report"]
    warnings = tuple(CatalogWarning(**warning) for warning in report.pop("warnings"))
    return ImportReport(**report, warnings=warnings)


def main(requests: TextIO, answers: TextIO) -> int:
    """Run one import; returns the exit status."""

    def answer(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    try:
        job = decode_job(requests.read())
    except (ValueError, KeyError, TypeError):
        answer({"error": "The importer was given no job."})
        return 2
    try:
        report = run_import(job, lambda progress: answer(asdict(progress)))
    except CatalogImportError as failed:
        answer({"error": str(failed)})
        return 1
    answer({"report": asdict(report)})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout))
