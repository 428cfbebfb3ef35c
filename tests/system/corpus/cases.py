"""Every playable case of the corpus: what to open, and which clear bytes it must come out as."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "playable"
VHS, MP4FF, SHAKA = "http-streaming", "mp4ff/mp4/testdata", "shaka"
PIFF = "mp4ff/cmd/mp4ff-decrypt/testdata/PIFF"
AV1 = "livesim2/testpic_2s_av1"

Files = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: a manifest of the corpus, or a media playlist over its `segments`.

    `video` and `audio` are runs of files; each run's bytes, joined, are what a reference decoder
    is given: with `reference_key`, where their samples are encrypted, or decrypted with
    `file_key`, where all their bytes are (the IV: zeros). `extra` are lines of the playlist
    before the first segment, `init` the EXT-X-MAP. `keys` are the viewer's, by key id.
    `silence`: samples that stand for a hole in the sound between two runs. `beyond`: frames of
    sound at the end that lie behind the presentation's (ISO/IEC 23009-1 5.3.2). Sound before the
    first picture of a muxed run is not played: playback begins with a picture.
    """

    manifest: str = ""
    segments: Files = ()
    seconds: tuple[float, ...] = ()
    init: str = ""
    extra: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    video: tuple[Files, ...] = ()
    audio: tuple[Files, ...] = ()
    language: str = ""
    reference_key: str = ""
    file_key: str = ""
    silence: int = 0
    beyond: int = 0

    def playlist(self) -> str:
        """The media playlist over `segments`, beside a folder `corpus`."""
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:30"]
        lines += [self.extra] if self.extra else []
        lines += [f'#EXT-X-MAP:URI="corpus/{self.init}"'] if self.init else []
        for name, length in zip(self.segments, self.seconds, strict=True):
            lines += [f"#EXTINF:{length},", f"corpus/{name}"]
        return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def _plain(name: str, seconds: float, *, video: bool = False, audio: bool = False) -> Case:
    """One file that is a whole playlist's only segment."""
    return Case(
        segments=(name,),
        seconds=(seconds,),
        video=((name,),) if video else (),
        audio=((name,),) if audio else (),
    )


def _parted(init: str, name: str, seconds: float, kind: str) -> Case:
    both = ((init, name),)
    return Case(
        segments=(name,),
        seconds=(seconds,),
        init=init,
        video=both if "v" in kind else (),
        audio=both if "a" in kind else (),
    )


def _locked(files: Files, clear: Files, seconds: float, key: str, kind: str) -> Case:
    """An encrypted file, its clear twin, and its key as an identity key inside the playlist."""
    method = "SAMPLE-AES" if "cbcs" in files[-1] else "SAMPLE-AES-CTR"
    inline = b64encode(bytes.fromhex(key)).decode()
    return Case(
        segments=files[-1:],
        seconds=(seconds,),
        init=files[0] if len(files) > 1 else "",
        extra=f'#EXT-X-KEY:METHOD={method},URI="data:text/plain;base64,{inline}"',
        video=(clear,) if "v" in kind else (),
        audio=(clear,) if "a" in kind else (),
    )


def _numbers(folder: str, form: str, numbers: range | tuple[int, ...]) -> Files:
    return tuple(f"{folder}/{form.format(number)}" for number in numbers)


def _offset_runs(kind: str, name: str) -> Case:
    both = (f"{VHS}/{kind}{name}.ts", f"{VHS}/{kind}{name}2.ts")
    seconds = 0.128 if kind == "audio" else 0.066733
    runs = (both,)
    return Case(
        segments=both,
        seconds=(seconds, seconds),
        video=runs if kind == "video" else (),
        audio=runs if kind == "audio" else (),
    )


def _across_the_rollover(kind: str) -> Case:
    """The last moment of the 33 bits, then the first one: one clock that wrapped."""
    both = (f"{VHS}/{kind}MaxOffset.ts", f"{VHS}/{kind}MinOffset.ts")
    seconds = 0.128 if kind == "audio" else 0.066733
    runs = tuple((one,) for one in both)
    return Case(
        segments=both,
        seconds=(seconds, seconds),
        video=runs if kind == "video" else (),
        audio=runs if kind == "audio" else (),
    )


_ONE_SECOND = tuple(f"{VHS}/videoOneSecond{one}.ts" for one in ("", "1", "2", "3", "4"))
_MUXED = (f"{VHS}/mp4MuxedInit.mp4", f"{VHS}/mp4Muxed.mp4")

CASES: dict[str, Case] = {
    # ---- whole presentations
    "livesim2 AV1": Case(
        manifest=f"{AV1}/Manifest.mpd",
        video=((f"{AV1}/av1_600/init.mp4", *_numbers(f"{AV1}/av1_600", "{}.m4s", range(1, 6))),),
        audio=((f"{AV1}/A48/init.mp4", *_numbers(f"{AV1}/A48", "{}.m4s", range(1, 6))),),
    ),
    "shaka ClearKey": Case(
        manifest=f"{SHAKA}/dash-clearkey/dash.mpd",
        keys={"4060a865887842679cbf91ae5bae1e72": "fc35340837310cc0fb53de97e22a69e0"},
        reference_key="fc35340837310cc0fb53de97e22a69e0",
        video=(
            (
                f"{SHAKA}/dash-clearkey/video-H264-288-400k_init.mp4",
                *_numbers(f"{SHAKA}/dash-clearkey", "video-H264-288-400k_{}.m4s", range(1, 6)),
            ),
        ),
    ),
    "shaka multi-codec, AAC": Case(
        manifest=f"{SHAKA}/dash-multi-codec/dash.mpd",
        language="en",
        video=((f"{SHAKA}/dash-multi-codec/video_144p_108k_h264.mp4",),),
        audio=((f"{SHAKA}/dash-multi-codec/audio_en_2c_128k_aac.mp4",),),
        beyond=1,
    ),
    "shaka multi-codec, Opus in WebM": Case(
        manifest=f"{SHAKA}/dash-multi-codec/dash.mpd",
        language="es",
        video=((f"{SHAKA}/dash-multi-codec/video_144p_108k_h264.mp4",),),
        audio=((f"{SHAKA}/dash-multi-codec/audio_es_2c_64k_opus.webm",),),
        beyond=1,
    ),
    "shaka gaps": Case(
        manifest=f"{SHAKA}/hls-gap/playlist.m3u8",
        video=(
            _numbers(f"{SHAKA}/hls-gap", "{}.ts", (2, 3, 4)),
            _numbers(f"{SHAKA}/hls-gap", "{}.ts", (6, 7, 8)),
        ),
    ),
    "shaka B frames": Case(
        manifest=f"{SHAKA}/hls-ts-b-frames/index.m3u8",
        video=((f"{SHAKA}/hls-ts-b-frames/1.ts",),),
    ),
    "shaka text offset": Case(
        manifest=f"{SHAKA}/hls-text-offset/index.m3u8",
        video=(
            _numbers(f"{SHAKA}/hls-text-offset", "video-{:03}.ts", (69, 70, 71)),
            _numbers(f"{SHAKA}/hls-text-offset", "video-{:03}.ts", (72, 73)),
        ),
        audio=(
            _numbers(f"{SHAKA}/hls-text-offset", "video-{:03}.ts", (69, 70, 71)),
            _numbers(f"{SHAKA}/hls-text-offset", "video-{:03}.ts", (72, 73)),
        ),
        silence=4096,
    ),
    "shaka SAMPLE-AES-CTR": Case(
        manifest=f"{SHAKA}/hls-sample-aes/index.m3u8",
        video=((f"{SHAKA}/hls-sample-aes/video.mp4",),),
        reference_key="abba271e8bcf552bbd2e86a434a9a5d9",
    ),
    # ---- segments of VHS
    "audio.ts": _plain(f"{VHS}/audio.ts", 0.05, audio=True),
    "video.ts": _plain(f"{VHS}/video.ts", 0.066733, video=True),
    "muxed.ts": _plain(f"{VHS}/muxed.ts", 0.13, video=True, audio=True),
    "oneSecond.ts": _plain(f"{VHS}/oneSecond.ts", 1.0, video=True, audio=True),
    "caption.ts": _plain(f"{VHS}/caption.ts", 0.616667, video=True),
    "id3.ts": _plain(f"{VHS}/id3.ts", 0.166833, video=True),
    "videoDiffPtsDts.ts": _plain(f"{VHS}/videoDiffPtsDts.ts", 2.0, video=True),
    "five seconds": Case(
        segments=_ONE_SECOND, seconds=(1.0,) * 5, video=tuple((one,) for one in _ONE_SECOND)
    ),
    "audio far away": _offset_runs("audio", "LargeOffset"),
    "video far away": _offset_runs("video", "LargeOffset"),
    "audio over the 33 bits": _across_the_rollover("audio"),
    "video over the 33 bits": _across_the_rollover("video"),
    "nothing, then a second": Case(
        segments=(f"{VHS}/zeroLength.ts", f"{VHS}/oneSecond.ts"),
        seconds=(1.0, 1.0),
        video=((f"{VHS}/oneSecond.ts",),),
        audio=((f"{VHS}/oneSecond.ts",),),
    ),
    "packed AAC with ID3": _plain(f"{VHS}/aacWithId3.aac", 1.0, audio=True),
    "packed AAC": _plain(f"{VHS}/aacWithoutId3.aac", 1.0, audio=True),
    "packed AC-3 with ID3": _plain(f"{VHS}/ac3WithId3.ac3", 0.992, audio=True),
    "packed AC-3": _plain(f"{VHS}/ac3WithoutId3.ac3", 0.992, audio=True),
    "AES-128": Case(
        segments=(f"{VHS}/encrypted.ts",),
        seconds=(0.13,),
        extra=f'#EXT-X-KEY:METHOD=AES-128,URI="corpus/{VHS}/encryptionKey.key",IV=0x{0:032x}',
        video=((f"{VHS}/encrypted.ts",),),
        audio=((f"{VHS}/encrypted.ts",),),
        file_key=f"{VHS}/encryptionKey.key",
    ),
    "WebM": _parted(f"{VHS}/webmVideoInit.webm", f"{VHS}/webmVideo.webm", 0.033, "v"),
    # These segments have a moov of their own, which follows that of the EXT-X-MAP.
    "mp4 audio": replace(
        _parted(f"{VHS}/mp4AudioInit.mp4", f"{VHS}/mp4Audio.mp4", 0.042667, ""),
        audio=((f"{VHS}/mp4Audio.mp4",),),
    ),
    "mp4 video": replace(
        _parted(f"{VHS}/mp4VideoInit.mp4", f"{VHS}/mp4Video.mp4", 0.066733, ""),
        video=((f"{VHS}/mp4Video.mp4",),),
    ),
    "mp4 muxed": _parted(*_MUXED, 5.0, "va"),
    # ---- files of mp4ff
    "hevc": _parted(f"{MP4FF}/hvc1_init.mp4", f"{MP4FF}/hvc1_seg_1.m4s", 4.0, "v"),
    "av1 in tiles": _parted(
        f"{MP4FF}/av1_multitile_init.mp4", f"{MP4FF}/av1_multitile_seg.m4s", 2.0, "v"
    ),
    "opus in mp4": _plain(f"{MP4FF}/opus.mp4", 1.0, audio=True),
    "aac with sidx": _plain(f"{MP4FF}/bbb5s_aac_sidx.mp4", 5.013, audio=True),
    "aac isma": _plain(f"{MP4FF}/bbb5s_aac.isma", 5.013, audio=True),
    "several segments in one file": _plain(f"{MP4FF}/v300_multiple_segments.mp4", 8.0, video=True),
    "two tracks": _plain(f"{MP4FF}/prog_8s_dec_dashinit.mp4", 8.0, video=True, audio=True),
    "two tracks, cenc": _locked(
        (f"{MP4FF}/prog_8s_enc_dashinit.mp4",),
        (f"{MP4FF}/prog_8s_dec_dashinit.mp4",),
        8.0,
        "63cb5f7184dd4b689a5c5ff11ee6a328",
        "va",
    ),
    "video, cbcs": _locked(
        (f"{MP4FF}/cbcs.mp4",),
        (f"{MP4FF}/cbcsdec.mp4",),
        17.59,
        "22bdb0063805260307ee5045c0f3835a",
        "v",
    ),
    "audio, cbcs": _locked(
        (f"{MP4FF}/cbcs_audio.mp4",),
        (f"{MP4FF}/cbcs_audiodec.mp4",),
        19.984,
        "5ffd93861fa776e96cccd934898fc1c8",
        "a",
    ),
    "audio, PIFF boxes": _locked(
        (f"{PIFF}/audio/init.mp4", f"{PIFF}/audio/segment-1.0001.m4s"),
        (f"{PIFF}/audio/init.mp4", f"{PIFF}/audio/segment-1.0001_dec.m4s"),
        5.0,
        "602a9289bfb9b1995b75ac63f123fc86",
        "a",
    ),
    "video, PIFF boxes": _locked(
        (f"{PIFF}/video/complseg-1.0001.mp4",),
        (f"{PIFF}/video/complseg-1.0001_dec.mp4",),
        5.005,
        "602a9289bfb9b1995b75ac63f123fc86",
        "v",
    ),
}
