"""How an engine is set up for one request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from player.abr.selector import TrackPreference
from player.abr.suitability import Output
from player.api import PlayRequest
from player.drm.clearkey import KeyRing
from player.model.presentation import Presentation, TrackKind
from player.streaming.choice.audio_rungs import AudioRungs
from player.streaming.choice.engine_options import EngineOptions
from player.streaming.choice.video_rungs import VideoRungs
from player.streaming.engine import StreamingEngine
from player.streaming.fetch.client_data import client_data_of
from player.streaming.fetch.parts import EngineParts, Reporter, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupParts:
    """The neighbours of an engine; `at_hand` are rungs whose first segments are here already."""

    engine: EngineParts
    reporter: Reporter
    video: VideoRungs
    epochs: Iterator[int]
    kept: TrackPreference | None = None
    at_hand: Mapping[TrackKind, str] | None = None


def output_of(request: PlayRequest, parts: EngineParts) -> Output:
    """What can be shown and heard here."""
    return Output(decoders=parts.sink.decoders(), hdcp=request.hdcp)


def sound_rungs(parts: EngineParts, output: Output) -> AudioRungs:
    """Who chooses the rungs of sound."""
    return AudioRungs(parts.clock, output, lambda: parts.estimator.view)


def preference_of(
    request: PlayRequest, output: Output, kept: TrackPreference | None = None
) -> TrackPreference:
    """Which tracks a request wants; `kept` is the choice that goes along from another channel."""
    return TrackPreference(
        audio_language=request.audio_language,
        text_track=kept.text_track if kept else "",
        text_language=request.text_language,
        output=output,
    )


def make_engine(
    presentation: Presentation, url: str, request: PlayRequest, source: Source, parts: SetupParts
) -> StreamingEngine:
    """An engine for a manifest that came from `url`, as `request` wants it played."""
    output = output_of(request, parts.engine)
    parts.video.limit(output)
    sound = sound_rungs(parts.engine, output)
    if parts.at_hand is not None:
        parts.video.begin_with(parts.at_hand.get(TrackKind.VIDEO, ""))
        sound.begin_with(parts.at_hand.get(TrackKind.AUDIO, ""))
    options = EngineOptions(
        start=request.start,
        preference=preference_of(request, output, parts.kept),
        choosers={TrackKind.VIDEO: parts.video, TrackKind.AUDIO: sound},
        epochs=parts.epochs,
        keys=KeyRing(request.keys),
        think=parts.video.think,
        target_latency=request.target_latency,
    )
    told = _told(presentation, request, source)
    return StreamingEngine(presentation, url, options, parts.engine, told, parts.reporter)


def _told(presentation: Presentation, request: PlayRequest, source: Source) -> Source:
    """The source with what its servers ask to be told, if anything."""
    data = client_data_of(
        request.reporting,
        presentation.reporting,
        format=presentation.format,
        sid=uuid4().hex,
    )
    return replace(source, client_data=data)
