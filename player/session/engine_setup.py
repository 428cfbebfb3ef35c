"""How an engine is set up for one request."""

from collections.abc import Iterator
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
    """The neighbours of an engine that is being made."""

    engine: EngineParts
    reporter: Reporter
    video: VideoRungs
    epochs: Iterator[int]
    kept: TrackPreference | None = None


def make_engine(
    presentation: Presentation, url: str, request: PlayRequest, source: Source, parts: SetupParts
) -> StreamingEngine:
    """An engine for a manifest that came from `url`, as `request` wants it played."""
    output = Output(decoders=parts.engine.sink.decoders(), hdcp=request.hdcp)
    parts.video.limit(output)
    estimator = parts.engine.estimator
    sound = AudioRungs(parts.engine.clock, output, lambda: estimator.view)
    options = EngineOptions(
        start=request.start,
        preference=TrackPreference(
            audio_language=request.audio_language,
            text_track=parts.kept.text_track if parts.kept else "",
            text_language=request.text_language,
            output=output,
        ),
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
