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
    return replace(base, state=_direct_state(direct), position=direct.position)


def _direct_state(direct: DirectPlayback) -> PlayerState:
    if direct.ended:
        return PlayerState.ENDED
    if not direct.started:
        return PlayerState.LOADING
    return PlayerState.PAUSED if direct.paused else PlayerState.PLAYING


def _of_engine(
    session: PlaybackSession, engine: StreamingEngine, base: PlayerSnapshot
) -> PlayerSnapshot:
    presentation, window = engine.store.presentation, engine.window
    return replace(
        _with_tracks(session, engine, base),
        state=_engine_state(engine),
        position=engine.position_now,
        duration=presentation.duration,
        live=engine.store.live,
        window=(window.start, window.end) if window else None,
        epoch=presentation.epoch,
        latency=engine.latency,
        buffer=engine.playable,
        downloaded=ByteCount(engine.loader.downloaded),
        requests=engine.loader.requests,
        location=engine.store.playing_location(),
    )


def _engine_state(engine: StreamingEngine) -> PlayerState:
    if engine.ended:
        return PlayerState.ENDED
    if not engine.started:
        return PlayerState.LOADING
    if engine.holding.paused:
        return PlayerState.PAUSED
    return PlayerState.BUFFERING if engine.holding.waiting else PlayerState.PLAYING


def _with_tracks(
    session: PlaybackSession, engine: StreamingEngine, base: PlayerSnapshot
) -> PlayerSnapshot:
    video = engine.streams.get(TrackKind.VIDEO)
    shown = video.buffer.rung_at(engine.position) if video else None
    lane = engine.shown_lane
    return replace(
        base,
        bandwidth=shown.bandwidth if shown else None,
        next_bandwidth=video.lane.representation.bandwidth if video else None,
        codecs=shown.codecs if shown else "",
        rungs=_rungs(video.lane.track) if video else (),
        quality=session.quality,
        audio=_audio(lane.period.of(TrackKind.AUDIO)) if lane else (),
        audio_track=_audio_track(engine),
        text=engine.companions.subtitles.choices,
        text_track=engine.companions.subtitles.track,
        cues=engine.companions.subtitles.cues,
        chapters=engine.companions.chapters.chapters,
        protected=bool(shown and shown.protection),
    )


def _audio_track(engine: StreamingEngine) -> str:
    chosen = engine.audio_track
    return chosen.id if chosen else ""


def _rungs(track: Track) -> tuple[Rung, ...]:
    return tuple(_rung(one) for one in track.representations)


def _rung(one: Representation) -> Rung:
    return Rung(id=one.id, bandwidth=one.bandwidth, height=one.height or 0, codecs=one.codecs)


def _audio(tracks: tuple[Track, ...]) -> tuple[AudioChoice, ...]:
    return tuple(
        AudioChoice(id=track.id, language=track.language, name=track.name) for track in tracks
    )
