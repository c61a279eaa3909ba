"""Twin: plays a world against policies and writes the ledger.

This is where everything is wired together. What happens is in the module that each phase names below; every
handler takes the twin and who it is about, changes the state first, and then schedules what comes next.
"""

import gc
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from twin import (
    calls,
    carriers,
    customers,
    day,
    energy,
    hubs,
    orders,
    recovery,
    replan,
    shift,
    sorties,
    stock,
    waves,
    withdrawals,
)  # fmt: skip
from twin.accounts import Accounts
from twin.calendar import Calendar
from twin.custody import Custody
from twin.entities import Cause
from twin.errors import InvariantError, PolicyError
from twin.facts import Facts
from twin.fitting import fitting
from twin.ledger import _PACK, DTYPE, NOBODY, Account, Ledger
from twin.ports import Policies
from twin.roads import Roads
from twin.snapshot import copy
from twin.state import Phase, TwinState
from twin.view import View
from twin.weather import Sky
from twin.world import World

HANDLERS: dict[Phase, Callable[["Twin", int], None]] = {
    Phase.DAY: day.begin,
    Phase.SESSION: customers.arrive,
    Phase.PICKED: stock.picked,
    Phase.INBOUND: stock.arrive,
    Phase.BACKORDER: stock.backorder_came,
    Phase.WAVE: waves.wave,
    Phase.DEPART: shift.depart,
    Phase.MISHAP: shift.mishap,
    Phase.ARRIVE: shift.arrive,
    Phase.SERVED: shift.served,
    Phase.RESUME: shift.proceed,
    Phase.HOME: shift.home,
    Phase.CHARGED: energy.charged,
    Phase.LAUNCH: hubs.look,
    Phase.OVERHEAD: sorties.overhead,
    Phase.LANDED: sorties.landed,
    Phase.TURNED: sorties.turned,
    Phase.CARRIER: carriers.next_delivery,
    Phase.DUE: orders.due,
    Phase.ANSWER: recovery.answered,
    Phase.NIGHT: day.end,
    Phase.ANSWERED: calls.answered,
    Phase.HUNG_UP: calls.hung_up,
    Phase.TURN: shift.turn,
    Phase.WITHDRAWN: withdrawals.withdrawn,
    Phase.REPLAN: replan.plan,
    Phase.WATCH: replan.look,
}


class Twin:
    """A world in motion.

    Parameters
    ----------
    world : World
        What nobody decides.
    policies : Policies
        Who decides the rest.
    state : TwinState, optional
        Where to go on; without it, the first midnight.

    Raises
    ------
    InputError
        If the state belongs to another world.
    """

    def __init__(self, world: World, policies: Policies, state: TwinState | None = None) -> None:
        self.world = world
        self.policies = policies
        self.triggers = frozenset(getattr(policies.routing, "triggers", ()))
        self.causes = frozenset(getattr(policies.notifying, "causes", Cause))
        self.facts = Facts(world)
        self.draws = world.draws
        for stream, entities in self.facts.hot_streams:
            self.draws.prepare(stream, entities)
        kinds = tuple(group.kind for group in world.fleet)
        live = world.operation.live_traffic
        self.roads = Roads(world.city, world.traffic, world.disruptions, kinds, live)
        fresh = day.first_state(world, self.facts)
        self.sky = Sky(world.weather)
        self.state = fresh if state is None else copy(fitting(state, fresh, world, self.facts))
        self.ledger = Ledger(self.state.trace, self.state.costs)
        self.state.trace = self.state.costs = b""
        self._trace, self._costs = self.ledger.trace.data, self.ledger.costs.data
        self.custody = Custody(self.state.status)
        self.accounts = Accounts()
        self._replay_costs()
        self.view = View(self)
        handlers = [partial(HANDLERS[phase], self) for phase in Phase]
        self.calendar = Calendar(self.state, handlers)
        if state is None:
            self.calendar.schedule(0, Phase.DAY, 0)
        else:
            replan.watch(self)  # the routers that wrote the state may have asked for less

    @property
    def now(self) -> int:
        """Milliseconds since the first midnight."""
        return self.state.now

    @property
    def events(self) -> int:
        """Kernel events so far in this process."""
        return self.calendar.events

    def run(self, until: int | None = None) -> Ledger:
        """Play on.

        Parameters
        ----------
        until : int, optional
            Stop before what is due at this time; without it, play to the end of the horizon and close the books.
        """
        end = self.facts.horizon if until is None else min(until, self.facts.horizon)
        collecting = gc.isenabled()
        gc.disable()  # the state has no cycles, and the collector would walk it again and again
        try:
            self.calendar.run(end)
        finally:
            if collecting:
                gc.enable()
        if until is None and not self.state.closed:
            day.close(self)
        return self.ledger

    def snapshot(self) -> TwinState:
        """The state as it is now, an independent copy that a file can hold."""
        return copy(self._with_books())

    def _with_books(self) -> TwinState:
        return replace(self.state, trace=bytes(self._trace), costs=bytes(self._costs))

    def fork(self, *, policies: Policies | None = None, world: World | None = None) -> "Twin":
        """A second twin that goes on from here, with other policies or another world; this one is untouched."""
        return Twin(world or self.world, policies or self.policies, self._with_books())

    def note(
        self, kind: int, subject: int, actor: int = NOBODY, place: int = NOBODY, value: int = 0, cause: int = Cause.NONE
    ) -> None:
        """Write an event of now in the trace."""
        self._trace += _PACK.pack(self.state.now, kind, cause, subject, actor, place, value)

    def post(
        self, account: int, amount: int, parcel: int = NOBODY, actor: int = NOBODY, source: int = Account.CASH
    ) -> None:
        """Book a cost (or, from FEES, an income) of now."""
        self.accounts.move(account, source, amount)
        self._costs += _PACK.pack(self.state.now, account, 0, parcel, actor, source, amount)

    def ask(self, port: str, check: Callable[[Any], None], *question: Any) -> Any:
        """Put a question to a policy and check that its answer is legal.

        Raises
        ------
        PolicyError
            Naming the policy and what it did.
        """
        policy = getattr(self.policies, port)
        try:
            answer = policy(self.view, *question)
        except InvariantError:
            raise
        except PolicyError as error:
            raise PolicyError(f"{_name(policy)} ({port}): {error}") from error
        except (Exception, SystemExit) as error:
            raise PolicyError(f"{_name(policy)} ({port}) raised {_said(error)}") from error
        try:
            check(answer)
        except PolicyError as error:
            raise PolicyError(f"{_name(policy)} ({port}): {error}") from None
        return answer

    def _replay_costs(self) -> None:
        for row in self.ledger.costs.columns()[list(DTYPE.names or ())].tolist():
            self.accounts.move(row[1], row[5], row[6])


def _name(policy: object) -> str:
    return f"{type(policy).__module__}.{type(policy).__qualname__}"


def _said(error: BaseException) -> str:
    """An error in words; a stranger's may have none."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__
