"""AES-128 on everything: init section and segments, under keys of their own (RFC 8216bis)."""

import anyio
import httpx
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from player.api import ErrorOccurred, PlayerState
from player.errors import ErrorCode
from player.ports import Demuxed
from tests.fakes.origin import FakeOrigin
from tests.fakes.virtual import FakeDemuxer, VirtualClock, at_virtual_time
from tests.virtual.rig import player_rig

INIT_KEY, KEY, IV = b"i" * 16, b"s" * 16, b"\x07" * 16
TAGS = (
    f'#EXT-X-KEY:METHOD=AES-128,URI="/init.key",IV=0x{IV.hex()}\n#EXT-X-MAP:URI="/head"\n'
    f'#EXT-X-KEY:METHOD=AES-128,URI="/segment.key",IV=0x{IV.hex()}\n'
)
INIT = (40).to_bytes(4, "big") + b"moov" + (32).to_bytes(4, "big") + b"free" + bytes(24)
"""A film without a single encrypted track."""


class BoxDemuxer(FakeDemuxer):
    """Reads fake segments behind a head that is a box."""

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        return super().feed(data.removeprefix(INIT))


def encrypted(data: bytes, key: bytes) -> bytes:
    padder, cipher = PKCS7(128).padder(), Cipher(AES(key), CBC(IV)).encryptor()
    return cipher.update(padder.update(data) + padder.finalize()) + cipher.finalize()


class EncryptedOrigin(FakeOrigin):
    """Serves `head` as the init section, the keys, and every segment encrypted."""

    head = encrypted(INIT, INIT_KEY)
    init_key = INIT_KEY

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        own = {"/head": self.head, "/init.key": self.init_key, "/segment.key": KEY}
        if path in own:
            self.asked.append(path)
            return httpx.Response(200, content=own[path])
        found = await super()._answer(request)
        if path.endswith(".seg"):
            return httpx.Response(found.status_code, content=encrypted(found.content, KEY))
        return found


def played(origin: type[EncryptedOrigin], **channel: object) -> tuple[FakeOrigin, list[object]]:
    origins: list[EncryptedOrigin] = []
    told: list[object] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(origin(clock, tags=TAGS, vod=5, **channel))  # type: ignore[arg-type]
        return origins[0].transport()

    async def scenario() -> None:
        async with player_rig(network, demuxer=BoxDemuxer) as rig:
            rig.play()
            await anyio.sleep(60)
            failures = [one.failure.code for one in rig.of(ErrorOccurred)]
            told.extend([rig.now.state, failures])

    at_virtual_time(scenario)
    return origins[0], told


def test_an_encrypted_init_section_plays() -> None:
    origin, told = played(EncryptedOrigin)
    assert told == [PlayerState.ENDED, []]
    assert {"/init.key", "/segment.key"} <= set(origin.asked)


def test_one_that_is_clear_in_spite_of_its_key_plays_too() -> None:
    class Clear(EncryptedOrigin):
        head = INIT

    assert played(Clear)[1] == [PlayerState.ENDED, []]


def test_a_wrong_key_is_told() -> None:
    class Wrong(EncryptedOrigin):
        init_key = b"x" * 16

    state, codes = played(Wrong)[1]
    assert state is PlayerState.FAILED
    assert codes == [ErrorCode.DRM_NO_KEY]
