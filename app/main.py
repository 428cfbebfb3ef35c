"""`farol`: reads the command line and opens the part of the house that was asked for."""

from collections.abc import Sequence

from app.arguments import parse
from app.logs import set_up_logs


def main(arguments: Sequence[str]) -> int:
    """Run `farol` with these arguments; returns the exit status.

    Each command imports what it needs: `probe` knows no libmpv, `--headless` no Qt.
    """
    options = parse(arguments)
    set_up_logs(verbose=options.verbose)
    if options.command == "probe":
        from app.probe import probe

        return probe(options.url, headers=dict(options.header), as_json=options.json)
    if options.command == "play" and options.headless:
        from app.headless import play_headless

        return play_headless(options)
    from app.window import open_window

    return open_window(options)
