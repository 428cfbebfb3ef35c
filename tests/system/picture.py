"""Pictures in files, as screenshots leave them."""

from pathlib import Path

import av

from tests.strip import StripReading, read_strip


def strip_of(picture: Path) -> StripReading | None:
    """What a screenshot says about itself."""
    with av.open(str(picture)) as container:
        frame = next(container.decode(video=0))
        return read_strip(frame.to_ndarray(format="rgb24"))
