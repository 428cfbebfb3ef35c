import json
from base64 import urlsafe_b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.drm.cdm import ClearKeyCdm
from player.drm.clearkey import KeyRing, licence_request, parse_licence, parse_pair
from player.drm.license_session import ClearKeySession, LicenseRequest, LicenseState
from player.drm.pssh import CLEARKEY, WIDEVINE
from player.errors import ErrorCode, PlayerError
from player.model.resource import Protection, ProtectionScheme

ONE, TWO = "00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"
KEY = bytes(range(16))
URL = "https://licence.test/?token=secret"


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def licence(*key_ids: str) -> bytes:
    keys = [
        {"kty": "oct", "kid": base64url(bytes.fromhex(key_id)), "k": base64url(KEY)}
        for key_id in key_ids
    ]
    return json.dumps({"keys": keys, "type": "temporary"}).encode()


def protection(key_id: str, system: str = CLEARKEY, url: str = URL) -> Protection:
    return Protection(scheme=ProtectionScheme.CENC, key_id=key_id, system=system, licence_uri=url)


def code(call: object, *arguments: object) -> ErrorCode:
    assert callable(call)
    with pytest.raises(PlayerError) as caught:
        call(*arguments)
    assert KEY.hex() not in str(caught.value)
    return caught.value.failure.code


def test_a_ring_takes_any_spelling_and_shows_no_key() -> None:
    ring = KeyRing({"00112233-4455-6677-8899-AABBCCDDEEFF": KEY})
    assert ring.key_for(ONE) == KEY
    assert ring.key_for(TWO) is None
    assert len(ring) == 1
    assert KEY.hex() not in repr(ring)
    assert str(KEY) not in repr(ring)


def test_a_pair_is_read() -> None:
    assert parse_pair(f" {ONE.upper()}:{KEY.hex()} ") == (ONE, KEY)


@pytest.mark.parametrize(
    "text",
    [
        *("", ONE, f"{ONE}:", f"{ONE}:12", f":{ONE}", f"{ONE}:{'g' * 32}"),
        *(f"0x{ONE[2:]}:{TWO}", f"{{{ONE}}}:{TWO}", f"{ONE}:1_{TWO[2:]}", f"{ONE}:+{TWO[1:]}"),
        *(f"{ONE}:{TWO}\n{TWO}", f"{ONE}:{TWO}:{TWO}", "\u0661" * 32 + f":{TWO}"),
    ],
)
def test_a_wrong_pair_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="32 hex digits") as caught:
        parse_pair(text)
    assert not text or text not in str(caught.value)


def test_the_request_is_what_w3c_says() -> None:
    assert json.loads(licence_request([ONE])) == {
        "kids": ["ABEiM0RVZneImaq7zN3u_w"],
        "type": "temporary",
    }


def test_a_licence_is_read_and_what_is_no_key_passed_over() -> None:
    document = json.loads(licence(ONE))
    document["keys"] += [1, {"kty": "RSA"}, {"kid": "x", "k": 5}, {"kty": "oct", "kid": "é"}]
    assert parse_licence(json.dumps(document).encode()) == {ONE: KEY}


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"{}", b'{"keys": 5}', b"\xff\xfe"])
def test_an_answer_that_is_no_licence_is_said_to_be_that(data: bytes) -> None:
    assert code(parse_licence, data) is ErrorCode.DRM_NO_KEY


@given(st.binary(max_size=100))
def test_any_answer_is_survived(data: bytes) -> None:
    with suppress(PlayerError):
        assert isinstance(parse_licence(data), dict)


def test_a_session_asks_for_what_is_missing_and_gets_it() -> None:
    ring = KeyRing({TWO: KEY})
    session = ClearKeySession([ONE, TWO, ONE], ring, licence_url=URL)
    request = session.request()
    assert isinstance(request, LicenseRequest)
    assert json.loads(request.body)["kids"] == ["ABEiM0RVZneImaq7zN3u_w"]
    assert "secret" not in repr(request)
    assert session.state is LicenseState.WAITING
    assert session.request() is None
    session.take(licence(ONE))
    assert (session.state, session.missing) == (LicenseState.READY, ())
    assert ring.key_for(ONE) == KEY
    assert session.request() is None


def test_a_partial_grant_is_a_grant() -> None:
    session = ClearKeySession([ONE, TWO], KeyRing(), licence_url=URL)
    session.request()
    session.take(licence(TWO))
    assert (session.state, session.missing) == (LicenseState.READY, (ONE,))


def test_a_licence_for_other_keys_fails() -> None:
    session = ClearKeySession([ONE], KeyRing(), licence_url=URL)
    session.request()
    assert code(session.take, licence(TWO)) is ErrorCode.DRM_NO_KEY
    assert session.state is LicenseState.FAILED
    assert code(session.take, b"<html>") is ErrorCode.DRM_NO_KEY


def test_no_answer_lets_it_ask_again() -> None:
    session = ClearKeySession([ONE], KeyRing(), licence_url=URL)
    session.request()
    session.fail()
    assert session.request() is not None


def test_a_key_at_hand_needs_no_server_whatever_the_system() -> None:
    cdm = ClearKeyCdm(KeyRing({ONE: KEY}))
    session = cdm.open([protection(ONE, WIDEVINE, "")])
    assert (session.state, session.request()) == (LicenseState.READY, None)
    assert cdm.key_for(ONE) == KEY


def test_the_clearkey_address_is_asked_among_many() -> None:
    cdm = ClearKeyCdm(KeyRing())
    ways = [protection(ONE, WIDEVINE, "https://wv.test/"), protection(ONE)]
    request = cdm.open(ways).request()
    assert request is not None
    assert request.url == URL
    assert code(cdm.open([protection(ONE, "")]).request) is ErrorCode.DRM_NO_KEY
    assert code(cdm.open, [protection(ONE, WIDEVINE)]) is ErrorCode.DRM_UNSUPPORTED
