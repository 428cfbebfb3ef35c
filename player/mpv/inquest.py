"""Inquest: what libmpv says about why an epoch broke off."""

from collections.abc import Callable

from player.mpv.translate import BrokeOff

_ASKED_WHY = 5
"""How often libmpv is asked before an end without a reason is believed."""

Ask = Callable[[Callable[[], None]], None]
"""Asks libmpv for nothing, and calls on its event thread once it has answered."""


class Inquest:
    """Waits for what libmpv logs of an end; engine thread, but for libmpv's answers.

    What it logged comes mostly before its answer to whatever it is asked. The answer overtakes the
    log where the event thread was busy when it came; so does the next one hardly ever, since that
    thread is back at its queue when it is asked for.
    """

    def __init__(
        self,
        ask: Ask,
        told: Callable[[], str],
        post: Callable[[Callable[[], None]], None],
        judge: Callable[[BrokeOff, str], None],
    ) -> None:
        """`judge` gets what was `told`; `post` runs things in the engine thread."""
        self._ask = ask
        self._told = told
        self._post = post
        self._judge = judge

    def open(self, broke: BrokeOff, times: int = _ASKED_WHY) -> None:
        """Ask at most so many times."""
        self._ask(lambda: self._on_answer(broke, times))

    def _on_answer(self, broke: BrokeOff, times: int) -> None:
        """Event thread: what was told by now goes to the engine thread."""
        told = self._told()
        self._post(lambda: self._weigh(broke, told, times))

    def _weigh(self, broke: BrokeOff, told: str, times: int) -> None:
        if told or times == 1:
            self._judge(broke, told)
        else:
            self.open(broke, times - 1)
