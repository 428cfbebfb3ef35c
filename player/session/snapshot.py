"""From a session's state to the snapshot that a window draws. Pure reading."""

from dataclasses import replace

from player.api import AudioChoice, PlayerSnapshot, PlayerState, Rung
from player.model.presentation import Representation, Track, TrackKind
from player.session.direct import DirectPlayback
from player.session.session import PlaybackSession
from player.streaming.engine import StreamingEngine
from player.units import ByteCount


def describe(session: PlaybackSession, base: PlayerSnapshot) -> PlayerSnapshot:
    """`base` with what the session adds to it."""
    if session.engine is not None:
        return _of_engine(session, session.engine, base)
    if session.direct is not None:
        return _of_direct(session.direct, base)
    return replace(base, state=PlayerState.LOADING)


def _of_direct(direct: DirectPlayback, base: PlayerSnapshot) -> PlayerSnapshot:
    return replace(base, state=_direct_state(direct), position=direct.position, speed=direct.speed)


def _direct_state(direct: DirectPlayback) -> PlayerState:
    if direct.ended:
        return PlayerState.ENDED
    if not direct.started:
        return PlayerState.LOADING
    return PlayerState.PAUSED if direct.paused else PlayerState.PLAYING


def _of_engine(
    session: PlaybackSession, engine: StreamingEngine, base: PlayerSnapshot
) -> PlayerSnapshot:
    window, times, position = engine.window, engine.store.times, engine.position_now
    video = engine.streams.get(TrackKind.VIDEO)
    rung = video.buffer.rung_at(engine.position) if video else None
    lane, audio_track = engine.shown_lane, engine.audio_track
    subtitles = engine.companions.subtitles
    return replace(  # once: a snapshot has some forty fields, and goes up ten times a second
        base,
        state=_engine_state(engine),
        position=times.programme(position),
        duration=engine.store.main.duration,
        live=engine.store.live,
        window=(times.programme(window.start), times.programme(window.end)) if window else None,
        epoch=engine.store.main.epoch,
        latency=engine.latency_in(window) if window else None,
        rate=engine.rate,
        speed=engine.speed,
        scan=engine.scan_rate,
        buffer=engine.playable,
        downloaded=ByteCount(engine.loader.downloaded),
        requests=engine.loader.requests,
        location=engine.store.playing_location(),
        bandwidth=rung.bandwidth if rung else None,
        sphere=engine.sphere,
        video_range=engine.video_range,
        next_bandwidth=video.lane.representation.bandwidth if video else None,
        codecs=rung.codecs if rung else "",
        rungs=_rungs(video.lane.track) if video else (),
        quality=session.quality,
        audio=_audio(lane.period.of(TrackKind.AUDIO)) if lane else (),
        audio_track=audio_track.id if audio_track else "",
        text=subtitles.choices,
        text_track=subtitles.track,
        cues=subtitles.cues,
        chapters=engine.companions.chapters.chapters,
        interstitial=engine.breaks.playing(position),
        breaks=engine.companions.marks(),
        protected=bool(rung and rung.protection),
    )


def _engine_state(engine: StreamingEngine) -> PlayerState:
    if engine.ended:
        return PlayerState.ENDED
    if not engine.started:
        return PlayerState.LOADING
    if engine.scan_rate:
        return PlayerState.PLAYING
    if engine.holding.paused:
        return PlayerState.PAUSED
    return PlayerState.BUFFERING if engine.holding.waiting else PlayerState.PLAYING


def _rungs(track: Track) -> tuple[Rung, ...]:
    return tuple(_rung(one) for one in track.representations)


def _rung(one: Representation) -> Rung:
    return Rung(id=one.id, bandwidth=one.bandwidth, height=one.height or 0, codecs=one.codecs)


def _audio(tracks: tuple[Track, ...]) -> tuple[AudioChoice, ...]:
    return tuple(
        AudioChoice(id=track.id, language=track.language, name=track.name) for track in tracks
    )
