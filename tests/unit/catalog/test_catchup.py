"""Addresses of past programmes, in every mode and with every placeholder."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.catchup import (
    CatchupAddress,
    NoCatchupError,
    PastProgramme,
    catchup_address,
    live_address,
    xtream_query,
)
from catalog.model import Catchup

START = int(datetime(2026, 3, 29, 0, 30, 5, tzinfo=UTC).timestamp())
NOW = START + 2 * 3600
NEWS = PastProgramme(start=START, stop=START + 1830, catchup_id="news-17")
LISBON = ZoneInfo("Europe/Lisbon")


def address(url: str, mode: str, source: str = "", **named: object) -> CatchupAddress:
    return catchup_address(
        url,
        Catchup(mode=mode, source=source, seconds=7 * 86_400),
        NEWS,
        now=NOW,
        **named,  # type: ignore[arg-type]  # the zone alone
    )


@pytest.mark.parametrize(
    ("url", "mode", "source", "expected"),
    [
        ("http://h/a.m3u8", "shift", "", f"http://h/a.m3u8?utc={START}&lutc={NOW}"),
        ("http://h/a.m3u8?t=1", "shift", "", f"http://h/a.m3u8?t=1&utc={START}&lutc={NOW}"),
        ("http://h/a.m3u8", "timeshift", "", f"http://h/a.m3u8?utc={START}&lutc={NOW}"),
        ("http://h/a", "append", "?s={utc}&d={duration}", f"http://h/a?s={START}&d=1830"),
        (
            "http://h/a",
            "default",
            "http://x/{start}-{end}.ts",
            f"http://x/{START}-{START + 1830}.ts",
        ),
        ("http://h/a", "default", "?o={offset:60}", "http://h/a?o=120"),
        ("http://h/a", "vod", "http://v/{catchup-id}/i.m3u8", "http://v/news-17/i.m3u8"),
        ("http://h/a", "vod", "", "news-17"),
        ("http://f/c1/mpegts", "flussonic", "", f"http://f/c1/timeshift_abs-{START}.ts"),
        ("http://f/c1/mpegts?token=q", "fs", "", f"http://f/c1/timeshift_abs-{START}.ts?token=q"),
        ("http://f/c1/index.m3u8", "flussonic", "", "http://f/c1/timeshift_rel-7200.m3u8"),
        ("http://f/c1/mono.m3u8", "flussonic", "", "http://f/c1/mono-timeshift_rel-7200.m3u8"),
        ("http://f/c1/x.ts", "flussonic-ts", "", f"http://f/c1/timeshift_abs-{START}.ts"),
        (
            "http://p:80/live/u/w/9.ts",
            "xc",
            "",
            "http://p:80/timeshift/u/w/31/2026-03-29:00-30/9.ts",
        ),
        ("http://p/sub/u/w/9", "xc", "", "http://p/sub/timeshift/u/w/31/2026-03-29:00-30/9.ts"),
        (
            "http://p/live/u/w/9.m3u8?x=1",
            "xc",
            "",
            "http://p/timeshift/u/w/31/2026-03-29:00-30/9.m3u8",
        ),
    ],
)
def test_each_mode_leads_to_its_address(url: str, mode: str, source: str, expected: str) -> None:
    assert address(url, mode, source).url == expected


@pytest.mark.parametrize(
    ("placeholder", "expected"),
    [
        ("utc", START),
        ("start", START),
        ("lutc", NOW),
        ("now", NOW),
        ("timestamp", NOW),
        ("utcend", START + 1830),
        ("end", START + 1830),
        ("duration", 1830),
        ("duration:60", 31),
        ("offset", 7200),
        ("offset:60", 120),
        ("catchup-id", "news-17"),
        ("Y", 2026),
        ("m", "03"),
        ("d", "29"),
        ("H", "00"),
        ("M", "30"),
        ("S", "05"),
        ("utc:YmdHMS", "20260329003005"),
        ("start:Y-m-d", "2026-03-29"),
    ],
)
@pytest.mark.parametrize("sign", ["", "$"])
def test_each_placeholder_with_and_without_its_sign(
    placeholder: str, expected: object, sign: str
) -> None:
    source = f"http://x/{sign}{{{placeholder}}}"
    assert address("http://h/a", "default", source).url == f"http://x/{expected}"


def test_calendar_fields_are_local_and_know_the_change_to_summer_time() -> None:
    source = "http://x/{Y}{m}{d}{H}{M}"
    assert address("http://h/a", "default", source, zone=LISBON).url.endswith("202603290030")
    later = PastProgramme(start=START + 3600, stop=START + 7000)
    found = catchup_address(
        "http://h/a", Catchup(mode="default", source=source), later, now=NOW, zone=LISBON
    )
    assert found.url.endswith("202603290230")  # the hour after 01:00 is not there that night
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    assert address("http://h/a", "default", source, zone=kathmandu).url.endswith("202603290615")


def test_what_is_no_placeholder_of_ours_stays() -> None:
    source = "http://x/{unknown}/{Y:02}/{duration:0}/{}/${x"
    assert address("http://h/a", "default", source).url == source


@pytest.mark.parametrize(
    ("source", "granularity", "ends"),
    [
        ("?a={utc}", 1, False),
        ("?a={utc:YmdHM}", 60, False),
        ("?a={utc:YmdHMS}&e={utcend}", 1, True),
        ("?a={Y}{m}{d}{H}{M}&l={duration:60}", 60, True),
        ("?a={offset:60}", 60, False),
        ("?a={offset:1}", 1, False),
    ],
)
def test_tells_how_finely_one_may_ask_and_whether_it_ends(
    source: str, granularity: int, ends: bool
) -> None:
    found = address("http://h/a", "append", source)
    assert (found.granularity, found.ends) == (granularity, ends)


@pytest.mark.parametrize(
    ("url", "catchup", "programme", "says"),
    [
        ("http://h/a", None, NEWS, "no catch-up"),
        ("http://h/a", Catchup(mode="default"), NEWS, "does not say where"),
        ("http://h/a", Catchup(mode="append"), NEWS, "does not say where"),
        ("http://h/secret", Catchup(mode="xc"), NEWS, "Xtream"),
        ("http://h/a.mp4", Catchup(mode="flussonic"), NEWS, "Flussonic"),
        ("http://h/a", Catchup(mode="vod"), PastProgramme(start=START, stop=NOW), "guide"),
        ("http://h/a", Catchup(mode="shift", seconds=3600), NEWS, "no longer"),
        ("http://h/a", Catchup(mode="shift"), PastProgramme(start=NOW, stop=NOW + 9), "not begun"),
    ],
)
def test_says_why_there_is_none(
    url: str, catchup: Catchup | None, programme: PastProgramme, says: str
) -> None:
    with pytest.raises(NoCatchupError, match=says) as refused:
        catchup_address(url, catchup, programme, now=NOW)
    assert url not in str(refused.value)


def test_a_live_address_has_its_moments_filled_in() -> None:
    assert live_address("http://h/a?n={lutc}&t=${timestamp}", now=7) == "http://h/a?n=7&t=7"
    assert live_address("http://h/{utc}/{x}", now=7) == "http://h/{utc}/{x}"


def test_the_other_form_of_a_panel() -> None:
    template = xtream_query("http://p/live/u/w/9.ts")
    assert address("http://p/live/u/w/9.ts", "default", template).url == (
        "http://p/streaming/timeshift.php?username=u&password=w&stream=9"
        "&start=2026-03-29:00-30&duration=31"
    )
    with pytest.raises(NoCatchupError):
        xtream_query("http://h/a")


def test_an_address_with_an_account_is_in_no_repr() -> None:
    assert "pass" not in repr(address("http://p/live/user/pass/9.ts", "xc"))


@given(
    url=st.text(max_size=60),
    mode=st.sampled_from(["default", "append", "shift", "flussonic", "flussonic-ts", "xc", "vod"])
    | st.text(max_size=8),
    source=st.text(alphabet="{}$:utcdYmHMS0169-?=/h ", max_size=60),
    start=st.integers(min_value=0, max_value=4_000_000_000),
)
def test_strange_lists_give_an_address_or_a_sentence(
    url: str, mode: str, source: str, start: int
) -> None:
    programme = PastProgramme(start=start, stop=start + 60, catchup_id="1")
    try:
        found = catchup_address(
            url, Catchup(mode=mode, source=source), programme, now=4_000_000_060, zone=LISBON
        )
    except NoCatchupError:
        return
    assert found.granularity in {1, 60}
