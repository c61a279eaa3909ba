"""The contact centre: who asks for a person waits for the first free agent, or hangs up.

A queue as data, like docks and chargers: the agents are a heap of when each is free, so it is known at the call when it
will be answered. Calls are taken in the order in which they come, and last an exponential time (Erlang's model; M).
What a contact costs is booked when it is made (evidence 5): agents have no wage besides.
"""

from heapq import heapreplace
from typing import TYPE_CHECKING

from twin.draws import Stream
from twin.ledger import Kind
from twin.state import Phase
from twin.units import MINUTE, NEVER

if TYPE_CHECKING:
    from twin.engine import Twin


def ring(twin: "Twin", order: int) -> None:
    """A customer calls about an order: answered by the first free agent, unless patience ends before."""
    state, now = twin.state, twin.state.now
    state.calls[order] = now
    answered, patience = max(now, state.agents[0]), _patience(twin, order)
    if answered - now > patience:
        twin.calendar.schedule(now + patience, Phase.HUNG_UP, order)
        return
    minutes = twin.draws.exponential(twin.world.operation.call_min, Stream.CALL_TIME, order)
    heapreplace(state.agents, answered + round(minutes * MINUTE))
    twin.calendar.schedule(answered, Phase.ANSWERED, order)


def _patience(twin: "Twin", order: int) -> int:
    mean = twin.world.operation.patience_min
    return NEVER if mean is None else round(twin.draws.exponential(mean, Stream.PATIENCE, order) * MINUTE)


def answered(twin: "Twin", order: int) -> None:
    """An agent takes the call."""
    _over(twin, order, Kind.ANSWERED)


def hung_up(twin: "Twin", order: int) -> None:
    """The customer has waited long enough."""
    _over(twin, order, Kind.HUNG_UP)


def _over(twin: "Twin", order: int, kind: Kind) -> None:
    waited = twin.state.now - twin.state.calls.pop(order)
    twin.note(kind, order, twin.facts.session_customer[order], value=waited)
