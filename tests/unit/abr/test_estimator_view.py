"""What a controller is told of the line beside its rate: low, recent, latency."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from player.abr.estimator import BandwidthEstimator
from player.model.transfer import TransferSample
from player.units import BitsPerSecond, ByteCount, Micros, micros

MBPS = 1_000_000


def sample(start: float, body: float, size: float, wait: float = 0.0) -> TransferSample:
    """`size` bytes in `body` seconds, asked for `wait` seconds before `start`."""
    return TransferSample(
        started=micros(start - wait),
        first_byte=micros(start),
        ended=micros(start + body),
        size=ByteCount(int(size)),
    )


def in_stretches(start: float, seconds: int, size: float) -> list[TransferSample]:
    """A transfer of `seconds`, told of once a second."""
    every = [sample(start + at, 1.0, size / seconds) for at in range(seconds)]
    for at, one in enumerate(every):
        last = at == seconds - 1
        whole = ByteCount(int(size) if last else 0)
        every[at] = replace(one, last=last, body_began=micros(start), body_size=whole)
    return every


def seen(samples: list[TransferSample], initial: int | None = None) -> BandwidthEstimator:
    estimator = BandwidthEstimator(None if initial is None else BitsPerSecond(initial))
    for one in samples:
        estimator.add(one)
    return estimator


def test_a_guess_is_all_that_is_known_of_a_new_line() -> None:
    view = seen([], 3 * MBPS).view
    assert (view.rate, view.low, view.recent) == (3 * MBPS, 3 * MBPS, ())
    assert (view.latency, view.confidence) == (0, 0)
    assert BandwidthEstimator().view.low is None


def test_low_is_what_the_line_was_under_for_a_fifth_of_the_time() -> None:
    good = [sample(at, 1, 1_250_000) for at in range(20)]
    steady = seen(good).view
    assert steady.low == steady.rate == 10 * MBPS
    for at in (3, 8, 13, 17):
        good[at] = sample(at, 1, 250_000)
    swinging = seen(good).view
    assert swinging.low == 2 * MBPS
    assert swinging.rate is not None
    assert swinging.rate > 6 * MBPS


def test_low_forgets_what_is_over() -> None:
    bad = [sample(at, 1, 125_000) for at in range(40)]
    good = [sample(at, 1, 1_250_000) for at in range(100, 125)]
    view = seen(bad + good).view
    assert view.rate is not None
    assert view.low == view.rate > 8 * MBPS


def test_low_is_never_over_the_rate() -> None:
    good = [sample(at, 1, 1_250_000) for at in range(30)]
    view = seen([*good, sample(30, 3, 100_000)]).view
    assert view.low is not None
    assert view.rate is not None
    assert view.low <= view.rate


def test_recent_has_the_last_twenty_transfers_oldest_first() -> None:
    view = seen([sample(3 * at, 1, 125_000 * (at + 1)) for at in range(30)]).view
    assert view.recent == tuple((at + 1) * MBPS for at in range(10, 30))


def test_a_transfer_told_of_in_stretches_is_one() -> None:
    told = in_stretches(0, 4, 2_000_000) + in_stretches(20, 25, 25_000_000)
    assert seen(told[:3]).view.recent == ()
    assert seen(told).view.recent == (4 * MBPS, 8 * MBPS)


def test_transfers_beside_each_other_are_one_line_and_one_transfer() -> None:
    told = []
    for at in range(0, 40, 4):
        told += [sample(at, 0.5, 100_000), sample(at, 2, 900_000)]
    view = seen(told).view
    assert len(view.recent) == 10
    assert all(abs(one - 4 * MBPS) < 1000 for one in view.recent)


def test_waiting_is_in_no_rate_of_a_transfer() -> None:
    view = seen([sample(2 * at, 1, 500_000, wait=0.5) for at in range(8)]).view
    assert view.recent == (4 * MBPS,) * 8
    assert view.latency == 500_000


def test_a_few_small_transfers_are_not_among_the_recent_ones() -> None:
    small = [sample(at, 0.04, 30_000) for at in range(8)]
    assert seen(small[:2]).view.recent == ()
    assert seen(small).view.rate == 6 * MBPS


def test_where_all_are_small_the_guess_is_where_they_begin() -> None:
    """A bad day's memory would else be believed for ever: they are all that comes."""
    small = [sample(at, 0.04, 30_000) for at in range(6)]
    assert seen(small).view.recent == (6 * MBPS,)
    assert seen(small, MBPS).view.recent == (2 * MBPS, 4 * MBPS, 6 * MBPS)
    assert seen(small, 9 * MBPS).view.recent == (6 * MBPS,)


def test_small_pictures_tell_of_a_line_that_recovered() -> None:
    """The lowest rung's segments are small: it must not be played for ever (dash.js#4288)."""
    slow = [sample(0, 8, 300_000)]
    small = [sample(10 + 2 * at, 0.04, 50_000) for at in range(4)]
    assert seen(slow + small[:2]).view.recent == (300_000,)
    assert seen(slow + small[:3]).view.recent == (300_000, 600_000)
    assert seen(slow + small).view.recent == (300_000, 600_000, 1_200_000)


def test_small_sound_between_pictures_is_no_transfer_of_its_own() -> None:
    told = []
    for at in range(0, 40, 4):
        told += [sample(at, 2, 500_000), sample(at + 2.1, 0.01, 30_000)]
    assert seen(told).view.recent == (2 * MBPS,) * 10


def test_another_line_is_begun_with_what_is_known_of_it() -> None:
    estimator = seen([sample(at, 1, 1_250_000, wait=0.1) for at in range(20)], 3 * MBPS)
    estimator.begin_anew(BitsPerSecond(7 * MBPS))
    assert estimator.view == seen([], 7 * MBPS).view
    estimator.begin_anew()
    assert estimator.estimate == 3 * MBPS


TRANSFERS = st.lists(
    st.builds(
        lambda start, body, size, wait: sample(start / 100, body / 100, size, wait / 100),
        st.integers(0, 600),
        st.integers(1, 400),
        st.integers(150_000, 9_000_000),
        st.integers(0, 50),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60)
@given(TRANSFERS, st.integers(1, 50))
def test_a_line_that_carries_so_many_times_more_has_so_many_times_the_rate(
    told: list[TransferSample], times: int
) -> None:
    once = seen(told).view
    more = seen([replace(one, size=ByteCount(one.size * times)) for one in told]).view
    assert once.rate is not None
    assert more.rate is not None
    assert once.low is not None
    assert more.low is not None
    assert abs(more.rate - times * once.rate) <= times
    assert abs(more.low - times * once.low) <= times
    assert len(more.recent) == len(once.recent)
    assert more.confidence == once.confidence


@settings(max_examples=60)
@given(TRANSFERS, st.randoms(use_true_random=False))
def test_the_order_of_ten_seconds_does_not_matter(told: list[TransferSample], chance) -> None:
    shuffled = list(told)
    chance.shuffle(shuffled)
    assert seen(shuffled).view == seen(told).view


@settings(max_examples=60)
@given(TRANSFERS, TRANSFERS)
def test_what_came_from_a_cache_changes_nothing(
    told: list[TransferSample], hits: list[TransferSample]
) -> None:
    cached = [replace(one, from_cache=True) for one in hits]
    assert seen([*told, *cached]).view == seen(told).view


ODD = st.integers(-(10**13), 10**13)


@settings(max_examples=150)
@given(
    st.lists(
        st.builds(
            lambda started, first, ended, size, last, began: TransferSample(
                started=Micros(started),
                first_byte=Micros(first),
                ended=Micros(ended),
                size=ByteCount(size),
                last=last,
                body_began=began,
                body_size=None if began is None else ByteCount(size),
            ),
            ODD,
            ODD,
            ODD,
            ODD,
            st.booleans(),
            st.none() | ODD.map(Micros),
        ),
        max_size=12,
    )
)
def test_odd_samples_break_nothing(told: list[TransferSample]) -> None:
    view = seen(told, MBPS).view
    assert view.rate is not None
    assert view.low is not None
    assert view.rate >= 0
    assert 0 <= view.low <= view.rate
    assert all(one >= 0 for one in view.recent)
    assert 0 <= view.confidence <= 1
    assert view.latency >= 0
