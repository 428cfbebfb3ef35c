"""Another language, from the command to its first sample at a sound card's pace, with real libmpv.

libmpv plays into SDL's driver that writes to a file at the pace of a sound card; the file is a
FIFO that is read here. Each piece that comes is looked for in both languages of the test channel,
whose drones differ. Prints JSON: `median`, `p95` and `worst` in seconds over twenty changes.
"""

import argparse
import json
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import closing
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.player_host import HostOptions, PlayerHost
from bench.neighbours import headend, pause
from bench.watch import Watch
from player.api import Play, PlayRequest, SelectAudio, Stop

RATE, PERIOD = 48_000, 512
"""Samples a second, and in a piece: 10.7 ms."""

EVERY = 6
"""Of so many samples one is compared: drone and melody lie below 600 Hz."""

PIECES = 6
"""Pieces that are compared at once: 64 ms, six and more periods of either drone."""

SURE = 0.05
"""The share of what was heard that is not in the language that it is told to be."""

PATIENCE_S = 10.0
LISTEN_S = 1.0
"""What is heard is looked at this much later: comparing takes a core for a while."""

LANGUAGES = ("en", "pt")
CHANNEL = "channels/1/vod/hls-ts"

LED = {
    "audio-format": "s16",
    "audio-channels": "mono",
    "audio-samplerate": RATE,
    "sdl-buflen": PERIOD / RATE,
    "ao": "sdl",
}
"""What libmpv is told: where its sound goes, and in which pieces."""


class Languages:
    """Knows both languages of the test channel, and says which one is heard."""

    def __init__(self, origin: str) -> None:
        """Decode a whole loop of each with libav alone."""
        self._spectra = []
        self._powers = []
        for language in LANGUAGES:
            sound = _thinned(_decoded(f"{origin}/{CHANNEL}/a-{language}.m3u8?muxed=0&length=26"))
            self._size = 1 << (len(sound) - 1).bit_length()
            self._spectra.append(np.fft.rfft(sound, self._size))
            squares = np.cumsum(np.concatenate([[0.0], sound * sound]))
            self._powers.append(squares)

    def heard(self, sound: "np.ndarray") -> str:
        """The language of a short sound; "" for silence and for what is neither."""
        part = _thinned(sound)
        power = float(part @ part)
        if power / len(part) < 1e-6:
            return ""
        rests = [self._rest(part, power, number) for number in range(len(LANGUAGES))]
        best = int(np.argmin(rests))
        return LANGUAGES[best] if rests[best] < SURE else ""

    def _rest(self, part: "np.ndarray", power: float, number: int) -> float:
        """What share of a sound is not in a language, wherever in the loop it is looked for."""
        told = np.fft.irfft(self._spectra[number] * np.conj(np.fft.rfft(part, self._size)))
        squares, count = self._powers[number], len(part)
        own = squares[count:] - squares[:-count]
        likeness = told[: len(own)] ** 2 / np.maximum(own, 1e-9) / power
        return float(1 - likeness.max())


def _decoded(url: str) -> "np.ndarray":
    with av.open(url) as container:
        return np.concatenate([one.to_ndarray()[0] for one in container.decode(audio=0)])


def _thinned(sound: "np.ndarray") -> "np.ndarray":
    rows = sound[: len(sound) // EVERY * EVERY].reshape(-1, EVERY)
    mean: np.ndarray = rows.mean(axis=1, dtype=float)
    return mean


class Ear:
    """Reads what libmpv plays; each piece with the time at which it was taken."""

    def __init__(self, fifo: Path) -> None:
        """Open the FIFO for as long as the program runs."""
        os.mkfifo(fifo)
        self._pipe = os.open(fifo, os.O_RDWR)
        self.pieces: deque[tuple[float, bytes]] = deque(maxlen=2000)
        threading.Thread(target=self._listen, daemon=True).start()  # noqa: TID251 - ends with the program

    def _listen(self) -> None:
        while data := os.read(self._pipe, PERIOD * 2):
            self.pieces.append((time.perf_counter(), data))

    def since(self, moment: float) -> list[tuple[float, bytes]]:
        """The pieces that came after a moment."""
        return [one for one in list(self.pieces) if one[0] > moment]


def lead(door: Path) -> None:
    """Tell libmpv where its sound goes, by its own door."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(door))
        with line.makefile("rw") as talk:
            for name, value in LED.items():
                talk.write(json.dumps({"command": ["set_property", name, value]}) + "\n")
                talk.flush()
                while "error" not in json.loads(talk.readline()):
                    continue


def change(host: PlayerHost, track: str, ear: Ear, known: Languages, language: str) -> float:
    """Seconds from the command to the first piece of the other language at the sound card.

    A piece begins to sound when the one taken before it has ended: one piece after its taking.
    """
    began = time.perf_counter()
    host.submit(SelectAudio(track=track))
    while time.perf_counter() < began + PATIENCE_S:
        pause(LISTEN_S)
        pieces = ear.since(began)
        for number in range(len(pieces) - PIECES):
            taken = [np.frombuffer(one, np.int16) for _, one in pieces[number : number + PIECES]]
            if known.heard(np.concatenate(taken) / 32768) == language:
                return pieces[number][0] + PERIOD / RATE - began
    raise SystemExit("the other language was never heard")


def measure(origin: str, folder: Path, changes: int) -> dict[str, float]:
    """Play a film from `origin` and change its language to and fro."""
    watch, ear, known = Watch(), Ear(folder / "sound"), Languages(origin)
    door = folder / "mpv.sock"
    with closing(PlayerHost(HostOptions(video="null", ipc_socket=door), watch.take)) as host:
        lead(door)
        url = f"{origin}/{CHANNEL}/master.m3u8?muxed=0&loops=5"
        host.submit(Play(request=PlayRequest(url=url, audio_language="en")))
        watch.until_buffered(25)
        took: list[float] = []
        for step in range(changes + len(LANGUAGES)):
            language = LANGUAGES[(step + 1) % len(LANGUAGES)]
            took.append(change(host, watch.audio_track(language), ear, known, language))
            pause(1.0 + step * 0.037)
            watch.until_buffered(15)
        host.submit(Stop())
    took = took[len(LANGUAGES) :]  # the first of each had to be fetched
    return {
        "median": round(statistics.median(took), 3),
        "p95": round(statistics.quantiles(took, n=20, method="inclusive")[-1], 3),
        "worst": round(max(took), 3),
    }


def main() -> None:
    """Change to and fro."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, headend() as origin:
        fifo = str(Path(folder) / "sound")
        os.environ.update({"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": fifo})
        sys.stdout.write(json.dumps(measure(origin, Path(folder), options.changes)) + "\n")


if __name__ == "__main__":
    main()
