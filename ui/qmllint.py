"""`python -m ui.qmllint [BUILD_DIR]`: types of our Python classes for qmllint, then qmllint.

Exit status 0 when there is not one warning. The qmltypes go to `BUILD_DIR` (default
build/qmltypes) and are never shipped: the running program registers its types itself.
"""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

_ROOM = Path(__file__).parent
_QML = _ROOM / "qml"
_MODULE = "Farol.Ui"
_SOURCES = (
    "video_item",
    "live",
    "banner",
    "role_rows",
    "cursor_list",
    "channel_list",
    "number_entry",
    "menu",
    "volume",
    "trick",
    "scrub",
    "statistics",
    "subtitles",
    "note",
    "break_line",
    "look_around",
    "recording",
    "multi_view",
    "shell",
)
_CPP_TYPES = {"list": "QVariantList", "float": "double"}
_BASES = {"QQuickFramebufferObject": "QQuickItem"}  # Qt's own qmltypes leave that floor out


def main(arguments: list[str]) -> int:
    """Generate the types, lint every QML file; gives qmllint's exit status."""
    build = Path(arguments[0]) if arguments else Path("build") / "qmltypes"
    folder = build.joinpath(*_MODULE.split("."))
    folder.mkdir(parents=True, exist_ok=True)
    _write_types(folder)
    files = [str(file) for file in sorted(_QML.rglob("*.qml"))]
    options = ["-I", str(build), "-I", str(_QML), "--max-warnings", "0", "--ignore-settings"]
    command = [_program("pyside6-qmllint"), *options, *files]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - PySide's own tool


def _write_types(folder: Path) -> None:
    metatypes = folder / "metatypes.json"
    sources = [str(_ROOM / f"{name}.py") for name in _SOURCES]
    _quietly("pyside6-metaobjectdump", "--quiet", "-o", str(metatypes), *sources)
    dump = json.loads(metatypes.read_text(encoding="utf-8"))
    metatypes.write_text(json.dumps([_corrected(file) for file in dump]), encoding="utf-8")
    version = ["--import-name", _MODULE, "--major-version", "1", "--minor-version", "0"]
    output = ["--generate-qmltypes", str(folder / "ui.qmltypes"), "-o", str(folder / "unused.cpp")]
    _quietly("pyside6-qmltyperegistrar", *version, *output, str(metatypes))
    head = f"module {_MODULE}\ntypeinfo ui.qmltypes\nimport QtQuick\n"
    (folder / "qmldir").write_text(head, encoding="utf-8")


def _corrected(file: dict[str, Any]) -> dict[str, Any]:
    """Say in C++ types what metaobjectdump copies from Python; all exported ones are objects."""
    file["classes"] = [cls for cls in file["classes"] if cls.get("classInfos")]
    for cls in file["classes"]:
        cls["object"] = True
        for base in cls["superClasses"]:
            base["name"] = _BASES.get(base["name"], base["name"])
        for prop in cls.get("properties", []):
            prop["type"] = _CPP_TYPES.get(prop["type"], prop["type"])
    return file


def _quietly(tool: str, *arguments: str) -> None:
    """Run a tool that warns of every base class outside our files; raises when it fails."""
    command = [_program(tool), *arguments]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - PySide's own tools


def _program(tool: str) -> str:
    return str(Path(sysconfig.get_path("scripts")) / tool)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
