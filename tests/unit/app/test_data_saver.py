"""When data are saved: by the viewer's word, or the line's."""

from collections.abc import Callable

import pytest

from app.arguments import parse
from app.data_saver import DataSaver, SaverSetting
from app.requests import play_request


class _Line:
    def __init__(self) -> None:
        self.then: Callable[[bool], None] | None = None

    def watch(self, then: Callable[[bool], None]) -> None:
        self.then = then
        then(False)


def test_a_metered_line_decides_only_where_it_is_asked() -> None:
    told: list[bool] = []
    line = _Line()
    DataSaver(SaverSetting.AUTO, told.append).start(line)
    assert told == []
    assert line.then is not None
    for metered in (True, True, False):
        line.then(metered)
    assert told == [True, False]


@pytest.mark.parametrize(("setting", "told"), [("always", [True]), ("never", [])])
def test_the_viewers_word_needs_no_line(setting: str, told: list[bool]) -> None:
    found: list[bool] = []
    line = _Line()
    DataSaver(SaverSetting(setting), found.append).start(line)
    assert found == told
    assert line.then is None


def test_the_command_line_says_when_and_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse([]).data_saver == "auto"
    assert parse(["--data-saver", "always", "play", "x"]).data_saver == "always"
    assert parse(["play", "--data-saver", "never", "x"]).data_saver == "never"
    wish = parse(["play", "--max-bandwidth", "800", "--max-height", "480", "x"])
    assert play_request(wish).max_bandwidth == 800_000
    assert play_request(wish).max_height == 480
    for wrong in ("0", "many", "1e9"):
        with pytest.raises(SystemExit):
            parse(["play", "--max-bandwidth", wrong, "x"])
        assert "kbit/s" in capsys.readouterr().err or wrong == "many"
