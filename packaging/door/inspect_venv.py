"""What only the environment's Python can tell: OpenGL, decoders, keyring. Prints JSON.

Each question is asked in a process of its own (`python inspect_venv.py gl`), since a broken
driver ends the process that asks.
"""

import json
import locale
import sys


def gl() -> dict[str, str]:
    """Make an OpenGL context as the window does; its renderer, "" without one."""
    from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat

    _kept = QGuiApplication([])  # Qt wants it as long as there is a context
    surface, context = QOffscreenSurface(), QOpenGLContext()
    context.setFormat(QSurfaceFormat.defaultFormat())
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        return {"renderer": ""}
    renderer = context.functions().glGetString(0x1F01) or ""
    context.doneCurrent()
    return {"renderer": renderer}


def decoders() -> dict[str, list[str]]:
    """Ask libmpv which codecs it decodes, and its version."""
    locale.setlocale(locale.LC_NUMERIC, "C")
    import mpv

    core = mpv.MPV(vo="null", ao="null")
    answer = {
        "version": [str(core.mpv_version), str(core.ffmpeg_version)],
        "codecs": sorted({str(entry["codec"]) for entry in core.decoder_list}),
    }
    core.terminate()
    return answer


def keyring() -> dict[str, str]:
    """Name the keyring that would keep passwords."""
    import keyring as library

    kind = type(library.get_keyring())
    return {"name": f"{kind.__module__}.{kind.__qualname__}"}


if __name__ == "__main__":
    question = {"gl": gl, "decoders": decoders, "keyring": keyring}[sys.argv[1]]
    sys.stdout.write(json.dumps(question()) + "\n")
