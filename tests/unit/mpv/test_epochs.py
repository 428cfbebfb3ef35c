"""Which epochs are alive, and what is withdrawn when."""

from player.mpv.epochs import Epochs
from player.mpv.feed import ByteFeed


def test_what_was_dropped_unopened_is_swept_once_libmpv_is_beyond_it() -> None:
    epochs = Epochs()
    first, second = (epochs.begin(epoch, ByteFeed()) for epoch in (1, 2))
    assert epochs.alive == (1, 2)
    epochs.drop(1)
    assert 1 not in epochs
    assert epochs.sweep(1) == [], "libmpv may be about to open it"
    assert epochs.sweep(2) == [first]
    assert epochs.sweep(2) == []
    assert second > first


def test_an_ended_one_is_kept_until_the_next_ones_first_picture() -> None:
    epochs = Epochs()
    for epoch in (1, 2, 3):
        epochs.begin(epoch, ByteFeed())
    epochs.end(1)
    assert 1 in epochs
    assert not epochs.arrive(2), "there is a newer one"
    assert epochs.alive == (2, 3)
    assert epochs.arrive(3)


def test_one_that_libmpv_reads_itself_has_an_address_and_no_feed() -> None:
    epochs = Epochs()
    epochs.begin_at(5, "http://h/a")
    assert epochs.address(5) == "http://h/a"
    assert epochs.addresses == ("http://h/a",)
    assert epochs.feed(5) is None
    assert epochs.is_finished(5)
    epochs.drop_all()
    assert epochs.addresses == ()


def test_a_dropped_feed_is_abandoned_and_counts_as_finished() -> None:
    epochs, feed = Epochs(), ByteFeed()
    epochs.begin(1, feed)
    assert not epochs.is_finished(1)
    epochs.drop_all()
    assert epochs.is_finished(1)
    assert epochs.alive == ()
