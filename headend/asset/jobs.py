"""The pieces of work that make a channel, and how one is done."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from headend.asset.audio import encode_audio
from headend.asset.captions import make_captions
from headend.asset.encoded import Encoded
from headend.asset.lab import encode_lab, lab_jobs
from headend.asset.ladder import (
    GOP_FRAMES,
    LANGUAGES,
    LOOP_FRAMES,
    SEGMENT_SECONDS,
    Rung,
    rungs,
)
from headend.asset.lineup import LAB_NAMES, channel_spec
from headend.asset.loopfile import write_loop
from headend.asset.video import encode_video

_AUDIO_STEPS = 40
_TEXT_STEPS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One rendition to make.

    Attributes:
        steps: work in it, about a million pixels each.
        part: where the file grows.
        target: where it is moved once whole.
        segment_s: seconds a segment, of pictures also a group.
    """

    channel: int
    rendition: str
    steps: int
    part: Path
    target: Path
    segment_s: int = SEGMENT_SECONDS


def rendition_steps(channel: int) -> dict[str, int]:
    """The renditions that a channel has, in the order of ``Asset.renditions``, with their work."""
    if channel in LAB_NAMES:
        return {job.name: job.steps for job in lab_jobs(channel)}
    steps = {rung.id: _group_steps(rung) * (LOOP_FRAMES // GOP_FRAMES) for rung in rungs(channel)}
    steps |= {f"a-{language}": _AUDIO_STEPS for language in LANGUAGES}
    steps |= {f"t-{language}": _TEXT_STEPS for language in LANGUAGES}
    return steps


def do_job(job: Job, step: Callable[[int], None]) -> None:
    """Encodes and stores one rendition; ``step`` is told how many steps were done since."""
    rendition = _encode(job, step)
    write_loop(job.part, rendition)
    job.part.replace(job.target)  # atomic: the cache never holds half a file


def _encode(job: Job, step: Callable[[int], None]) -> Encoded:
    if job.channel in LAB_NAMES:
        return encode_lab(job.channel, job.rendition, step)
    kind, _, language = job.rendition.partition("-")
    if kind == "a":
        made = encode_audio(job.channel, language)
    elif kind == "t":
        made = make_captions(job.channel, language)
    else:
        rung = next(rung for rung in rungs(job.channel) if rung.id == job.rendition)
        steps = round(_group_steps(rung) * job.segment_s / SEGMENT_SECONDS)
        spec = channel_spec(job.channel)
        return encode_video(spec, rung, segment_s=job.segment_s, step=lambda _: step(steps))
    step(job.steps)
    return made


def _group_steps(rung: Rung) -> int:
    return max(1, round(rung.width * rung.height * GOP_FRAMES / 1e6))
