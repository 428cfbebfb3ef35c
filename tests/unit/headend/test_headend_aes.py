"""Segments and initialisation sections under AES-128, each with a key of its own."""

import re

import httpx
import m3u8
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from tests.unit.headend.origin_client import FILM, LIVE, text_of

pytestmark = pytest.mark.anyio


async def opened(client: httpx.AsyncClient, path: str, tag: str, form: str) -> bytes:
    """What lies at `path`, by the key that `tag` names."""
    found = re.search(r'URI="([^"]+)",IV=0x(\w{32})', tag)
    assert found
    key = (await client.get(f"{FILM}/{form}/{found[1]}")).content
    data = (await client.get(path)).content
    cipher = Cipher(AES(key), CBC(bytes.fromhex(found[2]))).decryptor()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(cipher.update(data) + cipher.finalize()) + unpadder.finalize()


async def test_the_section_and_its_segments_open_with_their_own_keys(
    client: httpx.AsyncClient,
) -> None:
    text = await text_of(client, f"{FILM}/hls-cmaf/v90.m3u8?aes=1&length=8")
    lines = text.splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith("#EXT-X-MAP"))
    first, second = lines[place - 1], lines[place + 1]
    assert first != second
    base = f"{FILM}/hls-cmaf/v90"
    for name, tag in (("init.mp4", first), ("0.m4s", second)):
        clear = (await client.get(f"{base}/{name}")).content
        assert await opened(client, f"{base}/{name}?aes=1", tag, "hls-cmaf") == clear
    assert len(m3u8.loads(text).keys) == 2


async def test_transport_streams_have_one_key(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{FILM}/hls-ts/v90.m3u8?aes=1&length=8")
    (tag,) = [line for line in text.splitlines() if line.startswith("#EXT-X-KEY")]
    clear = (await client.get(f"{FILM}/hls-ts/v90/0.ts")).content
    assert await opened(client, f"{FILM}/hls-ts/v90/0.ts?aes=1", tag, "hls-ts") == clear


async def test_byte_ranges_cannot_be_encrypted_as_a_whole(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{FILM}/hls-range/v90.m3u8?aes=1")).status_code == 400


async def test_key_frames_are_ranges_of_encrypted_segments(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{FILM}/hls-ts/v90-iframes.m3u8?aes=1&length=8")
    tags = [line for line in text.splitlines() if line.startswith("#EXT-X-KEY")]
    first = next(line for line in text.splitlines() if line and not line.startswith("#"))
    assert len(tags) == 1
    assert "#EXT-X-I-FRAMES-ONLY" in text
    assert "#EXT-X-BYTERANGE" in text
    assert "aes=1" in first


async def test_there_is_no_other_key(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{LIVE}/hls-ts/x.key")).status_code == 404
    assert (await client.get(f"{LIVE}/hls-range/init.key")).status_code == 404
