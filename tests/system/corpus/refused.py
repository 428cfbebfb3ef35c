"""What of the corpus cannot be played, and what is said about it."""

from dataclasses import dataclass

from player.errors import ErrorCode
from tests.system.corpus.cases import MP4FF, PIFF, VHS


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A segment (and its EXT-X-MAP) that cannot be played.

    `direct`: libmpv is left to try the address by itself, which is told with the same code.
    """

    segment: str
    code: ErrorCode
    init: str = ""
    direct: bool = True


REFUSED: dict[str, Refused] = {
    "a codec that libmpv has not got (H.266)": Refused(
        segment=f"{MP4FF}/vvc_400kbps_2s.mp4", code=ErrorCode.MEDIA_UNSUPPORTED_CODEC
    ),
    "Windows Media Audio in fragments": Refused(
        segment=f"{PIFF}/wma_piff_scheme/audio_dec.mp4", code=ErrorCode.MEDIA_UNSUPPORTED_CODEC
    ),
    "the same, encrypted, without its key": Refused(
        segment=f"{PIFF}/wma_piff_scheme/audio.mp4", code=ErrorCode.DRM_NO_KEY, direct=False
    ),
    "Common Encryption, its key in nobody's hands": Refused(
        segment=f"{MP4FF}/seg_cenc_no_seig.m4v",
        init=f"{MP4FF}/init_cenc_test.m4i",
        code=ErrorCode.DRM_NO_KEY,
        direct=False,
    ),
    "an init segment that was cut off": Refused(
        segment=f"{MP4FF}/cbcsdec.mp4",
        init=f"{MP4FF}/init_truncated.mp4",
        code=ErrorCode.MEDIA_INVALID,
    ),
    "a plain MP4 file as a segment": Refused(
        segment=f"{MP4FF}/prog_8s.mp4", code=ErrorCode.MEDIA_INVALID
    ),
    "an index alone": Refused(segment=f"{VHS}/sidx.mp4", code=ErrorCode.MEDIA_INVALID),
    "fragments whose media data were taken out": Refused(
        segment="mp4ff/examples/add-sidx/testdata/clear_with_enc_boxes.mp4",
        code=ErrorCode.MEDIA_INVALID,
    ),
    "fragments whose init segment is not at hand": Refused(
        segment=f"{MP4FF}/interleaved_sidxs_segment.m4s", code=ErrorCode.MEDIA_INVALID
    ),
    "the same, with an index for each track": Refused(
        segment=f"{MP4FF}/multi_sidx_segment.m4s", code=ErrorCode.MEDIA_INVALID
    ),
    "a fragment without media data": Refused(
        segment=f"{MP4FF}/2xSencNoMdat.mp4", code=ErrorCode.MEDIA_INVALID
    ),
    "an encrypted fragment without init segment and media data": Refused(
        segment=f"{MP4FF}/moof_enc.m4s", code=ErrorCode.MEDIA_INVALID
    ),
    "a transport stream without a packet of media": Refused(
        segment=f"{VHS}/zeroLength.ts", code=ErrorCode.MEDIA_INVALID
    ),
}
