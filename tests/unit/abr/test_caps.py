"""What of a ladder may be used, and how that is said."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from player.abr.caps import DecoderRelief, allowed, in_words
from player.abr.controller import AbrInput, LadderRung
from player.units import BitsPerSecond, Micros, micros

LADDER = tuple(
    LadderRung(id=str(height), bandwidth=BitsPerSecond(height * 4000), height=height)
    for height in (240, 480, 720, 1080)
)
GIVEN = AbrInput(
    now=micros(100),
    media_time=micros(30),
    buffer=micros(20),
    segment_duration=micros(4),
    ladder=LADDER,
    playing="1080",
)


def test_every_cap_holds_and_is_said_where_it_does() -> None:
    assert allowed(GIVEN) == LADDER
    assert in_words(GIVEN) == ""
    small = replace(GIVEN, viewport_height=500)
    assert allowed(small)[-1].height == 720, "the first one that fills it"
    assert "500 lines on the screen" in in_words(small)
    saving = replace(GIVEN, max_bandwidth=BitsPerSecond(2_000_000), max_height=720)
    assert allowed(saving)[-1].height == 480
    assert "720 lines" in in_words(saving)
    assert "2.00 Mb/s" in in_words(saving)
    assert allowed(replace(GIVEN, max_bandwidth=BitsPerSecond(1))) == LADDER[:1]
    assert in_words(replace(GIVEN, max_height=2160, viewport_height=1080)) == ""
    processor = replace(GIVEN, decoder_height=720)
    assert allowed(processor)[-1].height == 720
    assert "without a hardware decoder" in in_words(processor)


@given(st.integers(1, 3000), st.integers(1, 10_000_000), st.integers(1, 3000))
def test_caps_leave_the_lower_end_of_the_ladder(height: int, rate: int, window: int) -> None:
    given_caps = replace(
        GIVEN, max_height=height, max_bandwidth=BitsPerSecond(rate), viewport_height=window
    )
    left = allowed(given_caps)
    assert left == LADDER[: len(left)]
    assert bool(in_words(given_caps)) == (len(left) < len(LADDER)) or len(left) == 1


def test_the_rung_on_the_screen_is_to_blame_and_none_that_was_fetched_since() -> None:
    relief = DecoderRelief()
    dropping = replace(GIVEN, dropped_rate=0.4, shown="1080", playing="720")
    assert relief.apply(dropping, LADDER)[-1].height == 720
    later = replace(dropping, now=micros(130))
    assert relief.apply(later, LADDER)[-1].height == 720, "not lower still: it is the same one"
    assert "1080 lines were dropped" in relief.in_words(later.now)
    well = replace(GIVEN, now=micros(189), shown="720")
    assert relief.apply(well, LADDER)[-1].height == 720
    assert relief.apply(replace(well, now=micros(191)), LADDER) == LADDER
    assert relief.in_words(Micros(micros(191))) == ""
