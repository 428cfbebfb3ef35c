"""The decryptor against files of other packagers, and against an encryptor written here."""

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import av
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.media.cenc import CencDecryptor
from player.model.resource import ProtectionScheme

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "playable"
MP4FF, PIFF = "mp4ff/mp4/testdata", "mp4ff/cmd/mp4ff-decrypt/testdata/PIFF"
SHAKA = "shaka/dash-clearkey/video-H264-288-400k"

# Encrypted file(s), the clear twin of the last, and the key that the source's own tests publish.
PAIRS = {
    "cenc": (
        [f"{MP4FF}/prog_8s_enc_dashinit.mp4"],
        f"{MP4FF}/prog_8s_dec_dashinit.mp4",
        "63cb5f7184dd4b689a5c5ff11ee6a328",
    ),
    "cbcs": (
        [f"{MP4FF}/cbcs.mp4"],
        f"{MP4FF}/cbcsdec.mp4",
        "22bdb0063805260307ee5045c0f3835a",
    ),
    "cbcs-audio": (
        [f"{MP4FF}/cbcs_audio.mp4"],
        f"{MP4FF}/cbcs_audiodec.mp4",
        "5ffd93861fa776e96cccd934898fc1c8",
    ),
    "piff-audio": (
        [f"{PIFF}/audio/init.mp4", f"{PIFF}/audio/segment-1.0001.m4s"],
        f"{PIFF}/audio/segment-1.0001_dec.m4s",
        "602a9289bfb9b1995b75ac63f123fc86",
    ),
    "piff-video": (
        [f"{PIFF}/video/complseg-1.0001.mp4"],
        f"{PIFF}/video/complseg-1.0001_dec.mp4",
        "602a9289bfb9b1995b75ac63f123fc86",
    ),
}
CLEARKEY = "fc35340837310cc0fb53de97e22a69e0"
KEY, WRONG = bytes(range(16)), bytes(16)
KID, OTHER_KID = "11" * 16, "22" * 16


def corpus(name: str) -> bytes:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not beside the checkout")
    return (CORPUS / name).read_bytes()


def media(data: bytes) -> list[bytes]:
    """The bodies of the mdat boxes."""
    found, place = [], 0
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        if kind == b"mdat":
            found.append(bytes(data[place + 8 : place + size]))
        place += size
    return found


def decrypt(data: bytes, keys: dict[str, bytes] | bytes, step: int = 4096) -> bytes:
    decryptor = CencDecryptor(keys.get if isinstance(keys, dict) else lambda _: keys)
    pieces = [decryptor.feed(data[at : at + step]) for at in range(0, len(data), step)]
    return b"".join([*pieces, decryptor.flush()])


def refused(data: bytes, keys: dict[str, bytes] | bytes) -> ErrorCode:
    with pytest.raises(PlayerError) as caught:
        decrypt(data, keys)
    assert KEY.hex() not in str(caught.value) + repr(caught.value.failure)
    return caught.value.failure.code


# ---- files of others -----------------------------------------------------------------------


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("step", [777, 1 << 30])
def test_what_others_encrypted_comes_out_bit_for_bit(name: str, step: int) -> None:
    encrypted, clear, key = PAIRS[name]
    whole = b"".join(corpus(part) for part in encrypted)
    found = decrypt(whole, bytes.fromhex(key), step)
    assert media(found) == media(corpus(clear))
    assert len(found) == len(whole)


@pytest.mark.parametrize("name", PAIRS)
def test_a_wrong_key_is_noticed(name: str) -> None:
    encrypted, _, _ = PAIRS[name]
    whole = b"".join(corpus(part) for part in encrypted)
    assert refused(whole, WRONG) is ErrorCode.DRM_NO_KEY


def packets(data: bytes, tmp_path: Path, **options: str) -> list[bytes]:
    path = tmp_path / "media.mp4"
    path.write_bytes(data)
    with av.open(str(path), options=options) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ([f"{SHAKA}_init.mp4", f"{SHAKA}_1.m4s", f"{SHAKA}_2.m4s"], CLEARKEY),
        (["shaka/hls-sample-aes/video.mp4"], "abba271e8bcf552bbd2e86a434a9a5d9"),
        # libav cannot read cbcs-audio: several trun in a traf are beyond its decryption
        *[(parts, key) for name, (parts, _, key) in PAIRS.items() if name != "cbcs-audio"],
    ],
)
def test_libav_reads_the_same_from_what_we_decrypted(
    names: list[str], key: str, tmp_path: Path
) -> None:
    whole = b"".join(corpus(name) for name in names)
    ours = packets(decrypt(whole, bytes.fromhex(key)), tmp_path)
    oracle = packets(whole, tmp_path, decryption_key=key)
    assert ours
    assert ours == oracle


def test_a_legacy_piff_scheme_is_understood() -> None:
    whole = corpus(f"{PIFF}/wma_piff_scheme/audio.mp4")
    decryptor = CencDecryptor(lambda _: KEY)
    found = decryptor.feed(whole) + decryptor.flush()
    (track,) = decryptor.tracks.values()
    assert track.scheme is ProtectionScheme.CENC
    assert track.default.key_id == "c5c971897e674646949e0cd4dd92cbd7"
    assert b"enca" not in found
    assert media(found) != media(corpus(f"{PIFF}/wma_piff_scheme/audio_dec.mp4"))


# ---- an encryptor of our own ---------------------------------------------------------------


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def u32(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def protection(iv_size: int, pattern: int, constant: bytes, kid: str, *, on: int = 1) -> bytes:
    tail = bytes([len(constant)]) + constant if on and not iv_size else b""
    return bytes([0, pattern, on, iv_size]) + bytes.fromhex(kid) + tail


def init(
    scheme: bytes, tenc: bytes, *, entry: bytes = b"mp4a", extra: bytes = b"", config: bytes = b""
) -> bytes:
    schi = box(b"schi", full(b"tenc", tenc, version=1))
    sinf = box(b"sinf", box(b"frma", entry), full(b"schm", scheme, u32(0x10000)), schi)
    video = entry == b"avc1"
    sample_entry = box(b"encv" if video else b"enca", bytes(78 if video else 28), config, sinf)
    stbl = box(b"stbl", full(b"stsd", u32(1), sample_entry), extra)
    trak = box(
        b"trak", full(b"tkhd", bytes(8), u32(1), bytes(60)), box(b"mdia", box(b"minf", stbl))
    )
    mvex = box(b"mvex", full(b"trex", u32(1, 1, 0, 0, 0)))
    return box(b"moov", trak, mvex, full(b"pssh", bytes(16), u32(0)))


def fragment(samples: list[bytes], boxes: Callable[[int], list[bytes]]) -> bytes:
    """A moof and its mdat; `boxes(place)` gives what traf holds beside trun, which ends there."""

    def moof(offset: int) -> bytes:
        sizes = u32(*(len(sample) for sample in samples))
        trun = full(b"trun", u32(len(samples), offset), sizes, flags=0x201)
        tfhd = full(b"tfhd", u32(1), flags=0x20000)
        place = 8 + 8 + len(tfhd) + len(trun)
        return box(b"moof", box(b"traf", tfhd, trun, *boxes(place)))

    return moof(len(moof(0)) + 8).join([b"", box(b"mdat", *samples)])


def blocks(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 16] for at in range(0, len(data), 16))


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


class Encryptor:
    """Block by block and slowly, straight from the text of ISO/IEC 23001-7 9 and 10."""

    def __init__(self, scheme: str, iv: bytes, crypt: int, skip: int) -> None:
        self.scheme, self.iv, self.crypt, self.skip = scheme, iv.ljust(16, b"\0"), crypt, skip
        self.aes = Cipher(AES(KEY), ECB()).encryptor()  # noqa: S305 - the block cipher itself

    def sample(self, data: bytes, subsamples: list[tuple[int, int]]) -> bytes:
        done, place = b"", 0
        self.chain, self.counter, self.keystream = self.iv, 0, b""
        for clear, protected in subsamples or [(0, len(data))]:
            if self.scheme == "cbcs":
                self.chain = self.iv
            done += data[place : place + clear]
            done += self.span(data[place + clear : place + clear + protected])
            place += clear + protected
        return done + data[place:]

    def span(self, data: bytes) -> bytes:
        if self.scheme == "cenc":
            return bytes(byte ^ self.key_byte() for byte in data)
        if self.scheme == "cbc1" or not self.skip:
            return b"".join(self.block(one) if len(one) == 16 else one for one in blocks(data))
        done, run, rest = b"", 16 * self.crypt, data
        while len(rest) >= run:
            done += b"".join(map(self.block, blocks(rest[:run])))
            done += rest[run : run + 16 * self.skip]
            rest = rest[run + 16 * self.skip :]
        return done + rest

    def block(self, data: bytes) -> bytes:
        if self.scheme == "cens":
            return bytes(byte ^ self.key_byte() for byte in data)
        self.chain = self.aes.update(xor(data, self.chain))
        return self.chain

    def key_byte(self) -> int:
        if not self.keystream:
            low = (int.from_bytes(self.iv[8:], "big") + self.counter) % (1 << 64)
            self.keystream = self.aes.update(self.iv[:8] + low.to_bytes(8, "big"))
            self.counter += 1
        first, self.keystream = self.keystream[0], self.keystream[1:]
        return first


def senc(ivs: list[bytes], subsamples: list[list[tuple[int, int]]]) -> bytes:
    return full(b"senc", u32(len(ivs)), *entries(ivs, subsamples), flags=2)


def entries(ivs: list[bytes], subsamples: list[list[tuple[int, int]]]) -> list[bytes]:
    return [
        iv + struct.pack(">H", len(subs)) + b"".join(struct.pack(">HI", *sub) for sub in subs)
        for iv, subs in zip(ivs, subsamples, strict=True)
    ]


def saiz_saio(
    place: int, ivs: list[bytes], subsamples: list[list[tuple[int, int]]]
) -> list[bytes]:
    """The same information outside of a senc, in a box that nobody knows."""
    told = entries(ivs, subsamples)
    saiz = full(b"saiz", b"\0", u32(len(told)), bytes(map(len, told)))
    saio = full(b"saio", u32(1, place + len(saiz) + 20 + 8))
    return [saiz, saio, box(b"abcd", *told)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, int, int, int, list[bytes], list[list[tuple[int, int]]]]:
    scheme = draw(st.sampled_from(["cenc", "cens", "cbc1", "cbcs"]))
    patterned = scheme in ("cens", "cbcs") and draw(st.booleans())
    crypt, skip = (draw(st.integers(1, 3)), draw(st.integers(1, 9))) if patterned else (0, 0)
    iv_size = draw(st.sampled_from([0, 16] if scheme == "cbcs" else [8, 16]))
    samples, subsamples = [], []
    for _ in range(draw(st.integers(1, 4))):
        spans = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 500)), max_size=3))
        if scheme == "cens":
            spans = [(clear, size // 16 * 16) for clear, size in spans]
        size = sum(map(sum, spans)) + (0 if spans else draw(st.integers(0, 600)) // 16 * 16)
        samples.append(draw(st.randoms(use_true_random=False)).randbytes(size))
        subsamples.append(spans)
    return scheme, crypt, skip, iv_size, samples, subsamples


@settings(max_examples=80, deadline=None)
@given(cases(), st.booleans())
def test_every_scheme_comes_back(
    case: tuple[str, int, int, int, list[bytes], list[list[tuple[int, int]]]],
    apart: bool,
) -> None:
    scheme, crypt, skip, iv_size, samples, subsamples = case
    high = bytes([255]) * 15 + b"\xfe"  # the counter runs over in the second block
    constant = high if not iv_size else b""
    ivs = [high[:iv_size]] * len(samples)
    machine = Encryptor(scheme, constant or ivs[0], crypt, skip)
    hidden = [machine.sample(*pair) for pair in zip(samples, subsamples, strict=True)]
    head = init(scheme.encode(), protection(iv_size, crypt << 4 | skip, constant, KID))
    body = fragment(
        hidden,
        lambda place: saiz_saio(place, ivs, subsamples) if apart else [senc(ivs, subsamples)],
    )
    found = decrypt(head + body, {KID: KEY})
    assert media(found) == [b"".join(samples)]
    assert b"enca" not in found
    assert b"senc" not in found


def test_groups_change_the_key_inside_a_fragment_or_leave_it_clear() -> None:
    """`seig` (6): sample 1 by default, 2 in the clear, 3 under another key with a constant IV."""
    samples = [bytes([number]) * 64 for number in range(3)]
    iv = bytes(range(16))
    first = Encryptor("cbcs", iv, 0, 0).sample(samples[0], [])
    third = Encryptor("cbcs", iv, 0, 0).sample(samples[2], [])
    shared = protection(0, 0, b"", KID, on=0)
    local = protection(0, 0, iv, OTHER_KID)
    sgpd = full(b"sgpd", b"seig", u32(len(local), 1), local, version=1)
    sbgp = full(b"sbgp", b"seig", u32(3, 1, 0, 1, 1, 1, 0x10001))
    stbl = full(b"sgpd", b"seig", u32(len(shared), 1), shared, version=1)
    head = init(b"cbcs", protection(0, 0, iv, KID), extra=stbl)
    body = fragment([first, samples[1], third], lambda _: [sbgp, sgpd])
    assert media(decrypt(head + body, {KID: KEY, OTHER_KID: KEY})) == [b"".join(samples)]
    assert refused(head + body, {KID: KEY}) is ErrorCode.DRM_NO_KEY


def test_a_wrong_key_shows_in_lengths_where_all_of_a_sample_is_encrypted() -> None:
    avcc = box(b"avcC", bytes([1, 100, 0, 30, 0xFF, 0xE0, 0]))
    head = init(b"cenc", protection(8, 0, b"", KID), entry=b"avc1", config=avcc)
    nal = u32(60) + bytes([0x41]) + bytes(range(59))
    hidden = Encryptor("cenc", bytes(8), 0, 0).sample(nal, [])
    body = fragment([hidden], lambda _: [full(b"senc", u32(1), bytes(8))])
    assert media(decrypt(head + body, {KID: KEY})) == [nal]
    assert refused(head + body, {KID: WRONG}) is ErrorCode.DRM_NO_KEY


def test_a_missing_key_is_named_and_a_clear_run_passes_at_once() -> None:
    head = init(b"cenc", protection(8, 0, b"", KID))
    body = fragment([bytes(64)], lambda _: [full(b"senc", u32(1), bytes(8))])
    assert refused(head + body, {}) is ErrorCode.DRM_NO_KEY
    clear = head.replace(b"enca", b"mp4a")
    decryptor = CencDecryptor(lambda _: None)
    assert len(decryptor.feed(clear)) == len(clear)
    assert decryptor.feed(b"any") == b"any"


@given(st.lists(st.integers(0, 400), max_size=4))
@settings(max_examples=30, deadline=None)
def test_a_clear_run_loses_no_byte_wherever_it_is_cut(cuts: list[int]) -> None:
    head = init(b"cenc", protection(8, 0, b"", KID)).replace(b"enca", b"mp4a")
    whole = head + fragment([bytes(64)], lambda _: [])
    decryptor = CencDecryptor(lambda _: None)
    places = [0, *sorted(min(len(head) + cut - 40, len(whole)) for cut in cuts), len(whole)]
    found = b"".join(decryptor.feed(whole[a:b]) for a, b in pairwise(places))
    assert len(found) == len(whole)
    assert found[len(head) :] == whole[len(head) :]
    assert decryptor.whole


def test_an_unknown_scheme_is_said_to_be_that() -> None:
    head = init(b"sve1", protection(8, 0, b"", KID))
    assert refused(head, {}) is ErrorCode.DRM_UNSUPPORTED


GOOD = init(b"cbcs", protection(0, 0x19, bytes(16), KID)) + fragment(
    [bytes(100), bytes(33)], lambda place: [senc([b"", b""], [[(5, 95)], [(0, 33)]])]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_damage_ends_in_a_player_error_or_in_bytes_of_the_same_length(
    damage: list[tuple[int, int]],
) -> None:
    data = bytearray(GOOD)
    for place, value in damage:
        data[place] = value
    with suppress(PlayerError):
        assert len(decrypt(bytes(data), {KID: KEY}, step=50)) == len(data)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_rubbish_ends_in_a_player_error_or_comes_back(data: bytes) -> None:
    with suppress(PlayerError):
        assert len(decrypt(data, {KID: KEY}, step=7)) == len(data)


def test_a_piff_box_may_replace_what_the_track_says() -> None:
    data, iv = bytes(range(64)), bytes(range(8))
    hidden = Encryptor("cenc", iv, 0, 0).sample(data, [])
    uuid = bytes.fromhex("a2394f525a9b4f14a2446c427c648df4")
    told = u32(1, 0x108) + bytes.fromhex(OTHER_KID) + u32(1) + iv
    body = fragment([hidden], lambda _: [box(b"uuid", uuid, told)])
    head = init(b"piff", protection(16, 0, b"", KID))
    assert media(decrypt(head + body, {OTHER_KID: KEY})) == [data]
    assert refused(head + body, {KID: KEY}) is ErrorCode.DRM_NO_KEY


def test_boxes_with_long_sizes_and_a_last_one_without_are_read() -> None:
    head = init(b"cenc", protection(8, 0, b"", KID))
    data = bytes(range(48))
    hidden = Encryptor("cenc", bytes(8), 0, 0).sample(data, [])
    body = fragment([hidden], lambda _: [full(b"senc", u32(1), bytes(8))])
    mdat = len(body) - 48 - 8
    last = body[:mdat] + u32(0) + body[mdat + 4 :]
    long_free = u32(1) + b"free" + struct.pack(">Q", 20) + bytes(4)
    found = decrypt(long_free + head + last, {KID: KEY}, step=11)
    assert found.endswith(data)
    assert refused(u32(1) + b"free" + struct.pack(">Q", 1 << 40), {}) is ErrorCode.MEDIA_INVALID


def test_samples_beyond_the_bytes_that_came_are_truncated_media() -> None:
    head = init(b"cenc", protection(8, 0, b"", KID))
    body = fragment([bytes(64)], lambda _: [full(b"senc", u32(1), bytes(8))])
    cut = body[: -64 - 8] + box(b"mdat", bytes(20))
    assert refused(head + cut, {KID: KEY}) is ErrorCode.MEDIA_TRUNCATED


def test_a_fragment_without_information_uses_the_constant_iv() -> None:
    iv, data = bytes(range(16)), bytes(80)
    hidden = Encryptor("cbcs", iv, 0, 0).sample(data, [])
    head = init(b"cbcs", protection(0, 0, iv, KID))
    assert media(decrypt(head + fragment([hidden], lambda _: []), {KID: KEY})) == [data]
    without = init(b"cenc", protection(8, 0, b"", KID)) + fragment([hidden], lambda _: [])
    assert refused(without, {KID: KEY}) is ErrorCode.MEDIA_INVALID


def test_a_fragment_is_looked_at_once_however_small_its_pieces_are() -> None:
    """Everything that waits was copied, and every box looked at, with each piece that came."""
    head = init(b"cenc", protection(8, 0, b"", KID))
    body = fragment([bytes(64)], lambda _: [full(b"senc", u32(1), bytes(8))])
    moof = body[: -64 - 8]

    def seconds(size: int) -> float:
        decryptor = CencDecryptor(lambda _: KEY)
        decryptor.feed(head + moof)
        boxes = box(b"free") * (size // 16) + box(b"free", bytes(size // 2))
        began = time.process_time()
        for at in range(0, len(boxes) - 1, 4096):
            decryptor.feed(boxes[at : at + 4096])
        return time.process_time() - began

    assert seconds(1 << 20) < 8 * max(seconds(1 << 18), 0.02)


@pytest.mark.parametrize("left", [1, 30, 64, 71, 72, 80])
def test_a_run_that_ends_inside_a_fragment_is_truncated(left: int) -> None:
    """Of no use, but not dropped in silence: what was lost there is told."""
    head = init(b"cenc", protection(8, 0, b"", KID))
    body = fragment([bytes(64)], lambda _: [full(b"senc", u32(1), bytes(8))])
    assert refused(head + body[:-left], {KID: KEY}) is ErrorCode.MEDIA_TRUNCATED
