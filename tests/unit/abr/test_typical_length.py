from player.abr.typical_length import TypicalLength


def test_one_odd_segment_changes_nothing() -> None:
    typical = TypicalLength()
    lengths = [typical.after(one) for one in (4.0, 4.1, 0.3, 3.8, 4.0, 11.0, 4.2)]
    assert set(lengths) == {4.0}


def test_other_lengths_are_believed_once_they_are_most() -> None:
    typical = TypicalLength()
    assert [typical.after(6.0) for _ in range(9)] == [6.0] * 9
    lengths = [typical.after(2.0) for _ in range(9)]
    assert lengths[:4] == [6.0] * 4
    assert lengths[-1] == 2.0
