"""The only door to SimPy: a calendar of waits that is data first and SimPy events second.

Each :class:`~twin.state.Wait` in ``pending`` has one SimPy timeout behind it, made in the order of ``seq``. SimPy
breaks ties by the order of making, so does a restored calendar: it makes the timeouts again in the order
of ``seq``, without an extra hop. A wait that was taken back leaves a stale timeout, which is passed over.
"""

from collections.abc import Callable, Sequence
from typing import Any

import simpy
from simpy.events import Timeout

from twin.errors import InvariantError
from twin.state import TwinState, Wait


class Calendar:
    """What happens next.

    Parameters
    ----------
    state : TwinState
        Its ``now``, ``seq`` and ``pending`` are kept up to date here.
    handlers : sequence of callables
        By phase: what to do with ``who`` when a wait is over.
    """

    __slots__ = ("_callbacks", "_environment", "_handlers", "_state", "events")

    def __init__(self, state: TwinState, handlers: Sequence[Callable[[int], None]]) -> None:
        self._state = state
        self._handlers = handlers
        self._environment = simpy.Environment(initial_time=state.now)
        self._callbacks: list[Callable[[Any], None]] = [self._fire]
        self.events = 0
        for seq in sorted(state.pending):
            self._arm(seq, state.pending[seq].due - state.now)

    def _arm(self, seq: int, delay: int) -> None:
        timeout = Timeout(self._environment, delay, seq)
        timeout.callbacks = self._callbacks  # of all events: SimPy reads it, and does not change it

    def schedule(self, due: int, phase: int, who: int) -> int:
        """Wait until ``due`` (not before now); returns the number that takes it back."""
        state = self._state
        seq = state.seq
        state.seq = seq + 1
        if due < state.now:
            raise InvariantError(f"I6: phase {phase} of {who} is due at {due}, before now ({state.now})")
        state.pending[seq] = Wait(due, phase, who)
        self._arm(seq, due - state.now)
        return seq

    def cancel(self, seq: int) -> None:
        """Take a wait back; nothing happens if it is over."""
        self._state.pending.pop(seq, None)

    def _fire(self, event: simpy.Event) -> None:
        self.events += 1
        state = self._state
        wait = state.pending.pop(event._value, None)
        if wait is None:
            return
        due, phase, who = wait
        if due < state.now or type(due) is not int:
            raise InvariantError(f"I6: the clock went from {state.now} to {due!r}")
        state.now = due
        self._handlers[phase](who)

    def run(self, until: int) -> None:
        """Let everything happen that is due before ``until``."""
        if until > self._state.now:
            self._environment.run(until=until)
            self._state.now = until
