from hypothesis import given, settings
from hypothesis import strategies as st

from player.abr.estimator import BandwidthEstimator
from player.model.transfer import TransferSample
from player.units import BitsPerSecond, ByteCount, Micros, micros

MBPS = 1_000_000


def sample(
    start: float, body: float, size: float, wait: float = 0.0, *, cached: bool = False
) -> TransferSample:
    """`size` bytes in `body` seconds, asked for `wait` seconds before `start`."""
    return TransferSample(
        started=micros(start - wait),
        first_byte=micros(start),
        ended=micros(start + body),
        size=ByteCount(int(size)),
        from_cache=cached,
    )


def test_the_first_guess_holds_until_something_is_known() -> None:
    estimator = BandwidthEstimator(BitsPerSecond(3 * MBPS))
    estimator.add(sample(0, 0.1, 20_000))
    assert estimator.estimate == 3 * MBPS
    assert estimator.confidence == 0
    assert BandwidthEstimator().estimate is None


def test_a_steady_line_is_seen_as_it_is() -> None:
    estimator = BandwidthEstimator()
    for second in range(10):
        estimator.add(sample(second, 0.5, 500_000))
    assert estimator.estimate is not None
    assert abs(estimator.estimate - 8 * MBPS) < 1000
    assert estimator.confidence > 0.6


def test_parallel_transfers_add_up_to_one_line() -> None:
    estimator = BandwidthEstimator()
    for second in range(10):
        estimator.add(sample(second, 1.0, 500_000))
        estimator.add(sample(second, 1.0, 500_000))
    for second in range(10, 20):
        estimator.add(sample(second, 0.75, 500_000))
        estimator.add(sample(second + 0.25, 0.75, 500_000))
    assert estimator.estimate is not None
    assert abs(estimator.estimate - 8 * MBPS) < 0.5 * MBPS


def test_order_of_reports_does_not_matter_within_the_window() -> None:
    one, other = BandwidthEstimator(), BandwidthEstimator()
    samples = [sample(at, 1.5, 300_000 * (1 + at)) for at in range(5)]
    for each in samples:
        one.add(each)
    for each in reversed(samples):
        other.add(each)
    assert one.estimate == other.estimate


def test_a_collapse_is_followed_fast_and_a_burst_is_not_believed() -> None:
    estimator = BandwidthEstimator()
    for second in range(20):
        estimator.add(sample(second, 1.0, 1_250_000))
    estimator.add(sample(21, 3.0, 375_000))
    collapsed = estimator.estimate
    assert collapsed is not None
    assert collapsed < 6 * MBPS
    steady = BandwidthEstimator()
    for second in range(20):
        steady.add(sample(second, 1.0, 125_000))
    steady.add(sample(21, 1.0, 12_500_000))
    assert steady.estimate is not None
    assert steady.estimate < 15 * MBPS


def test_cache_hits_and_tiny_transfers_say_nothing() -> None:
    estimator = BandwidthEstimator()
    for second in range(100):
        estimator.add(sample(second, 0.001, 15_000))
        estimator.add(sample(second, 0.001, 5_000_000, cached=True))
    assert estimator.estimate is None


def test_a_small_transfer_that_takes_long_tells_of_a_slow_line() -> None:
    estimator = BandwidthEstimator()
    for second in range(30):
        estimator.add(sample(second, 1.0, 10_000))
    assert estimator.estimate is not None
    assert abs(estimator.estimate - 80_000) < 100


def test_a_body_in_one_piece_is_counted_from_its_request() -> None:
    estimator = BandwidthEstimator()
    estimator.add(sample(1.0, 0.0, 1_000_000, wait=0.1))
    assert estimator.estimate == 80 * MBPS


def test_waiting_for_the_first_byte_is_kept_apart() -> None:
    estimator = BandwidthEstimator()
    assert estimator.latency is None
    for second in range(5):
        estimator.add(sample(second, 0.5, 500_000, wait=0.08))
    assert estimator.latency == 80_000
    assert estimator.estimate is not None
    assert abs(estimator.estimate - 8 * MBPS) < 1000


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 60_000_000), st.integers(0, 20_000_000), st.integers(0, 20_000_000)
        ),
        max_size=30,
    )
)
def test_the_estimate_never_exceeds_what_was_carried(
    transfers: list[tuple[int, int, int]],
) -> None:
    estimator = BandwidthEstimator()
    for start, body, size in transfers:
        estimator.add(
            TransferSample(
                started=Micros(start),
                first_byte=Micros(start),
                ended=Micros(start + body),
                size=ByteCount(size),
            )
        )
    total = sum(size for _, _, size in transfers)
    assert 0 <= (estimator.estimate or 0) <= total * 8 * 1_000_000
    assert 0 <= estimator.confidence < 1.0001
