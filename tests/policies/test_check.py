"""The contract test finds what is wrong with a policy, and says it."""

import random
from typing import Any

import numpy as np
import pytest

from policies.carriers.cheapest import Cheapest
from policies.cases import Case, cases, plain_view
from policies.check import check_policy
from policies.forecasting.naive import SameAsLastWeek
from policies.globalluck import fingerprint
from policies.promising.fixed import FixedPrice
from policies.routing.nearest import NearestNeighbour
from twin.entities import Forecast, Tour
from twin.errors import PolicyError
from twin.ports import PORTS


class Mutating:
    """Edits what it is shown."""

    def __call__(self, view: Any) -> Forecast:
        """A good forecast, and a bad deed."""
        view.orders[0, 0] += 1
        return SameAsLastWeek()(view)


class Drawing:
    """Tosses everybody's coin."""

    def __call__(self, view: Any, parcel: Any, offers: Any) -> Any:
        """An offer that does not depend on the coin."""
        np.random.random()  # noqa: NPY002 - the fault that is planted
        return Cheapest()(view, parcel, offers)


class Reseeding:
    """Sets everybody's generator."""

    def __call__(self, view: Any, parcel: Any, offers: Any) -> Any:
        """An offer that does not depend on the seed."""
        random.seed(1)
        return Cheapest()(view, parcel, offers)


class Peeking:
    """Prices by everybody's generator without drawing from it."""

    def __call__(self, view: Any, session: Any, slots: Any) -> Any:
        """Legal offers."""
        state: Any = np.random.get_state()  # noqa: NPY002 - the fault that is planted
        return FixedPrice(price_usd=float(state[1][5] % 100_000))(view, session, slots)


class Remembering:
    """Decides by how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, view: Any, parcel: Any, offers: Any) -> Any:
        """Another offer each time."""
        self.asked += 1
        return offers[self.asked % len(offers)]


def not_a_number(view: Any) -> Forecast:
    """A forecast with a hole in it."""
    mean = np.full(view.areas, 3.0)
    mean[1] = np.nan
    return Forecast(view.day, mean, mean, mean)


def impossible_tour(view: Any) -> tuple[Tour, ...]:
    """Everything in the first vehicle."""
    return tuple(Tour(vehicle.id, view.dispatch.stops) for vehicle in view.dispatch.vehicles[:1])


def raising(view: Any) -> Any:
    """Falls over."""
    raise KeyError(f"day {view.day}")


FAULTS = [
    (Mutating(), "forecasting", r"^Mutating \(forecasting\) changed what it was given in situation 0"),
    (Drawing(), "carriers", r"^Drawing \(carriers\) drew from a global generator"),
    (Reseeding(), "carriers", r"^Reseeding \(carriers\) drew from a global generator"),
    (Peeking(), "promising", r"^Peeking \(promising\) decided differently when situation \d came again"),
    (Remembering(), "carriers", r"^Remembering \(carriers\) decided differently when situation \d came again"),
    (not_a_number, "forecasting", r"^not_a_number \(forecasting\) in situation 0: mean of area 1 is nan, but must be"),
    (impossible_tour, "routing", r"^impossible_tour \(routing\) in situation \d: the tour of vehicle \d .* but must"),
    (raising, "adapting", r"^raising \(adapting\) raised KeyError: 'day 0' in situation 0, but must return a decision"),
]


@pytest.mark.parametrize(("policy", "port", "said"), FAULTS, ids=lambda value: getattr(value, "__name__", None))
def test_a_planted_fault_is_named(policy: Any, port: str, said: str) -> None:
    """The message tells the policy, the port, what came back and what is legal."""
    with pytest.raises(PolicyError, match=said):
        check_policy(policy, port)


@pytest.mark.parametrize("port", PORTS)
def test_none_is_refused_at_every_port(port: str) -> None:
    """A policy that forgets to return is told so."""
    with pytest.raises(PolicyError, match=rf"\({port}\) in situation 0: .* None \(a NoneType\), but must"):
        check_policy(lambda *_: None, port)


def test_an_unknown_port_is_refused() -> None:
    """The ports that exist are offered."""
    with pytest.raises(ValueError, match="port\\(='rooting'\\) must be one of routing"):
        check_policy(NearestNeighbour(), "rooting")
    with pytest.raises(ValueError, match="must be one of routing"):
        cases("rooting")


def test_own_situations_are_asked_instead() -> None:
    """A policy may be tested in the situations that somebody brings; those of other ports are skipped."""
    with pytest.raises(ValueError, match="at least one for port 'routing'"):
        check_policy(NearestNeighbour(), "routing", cases("carriers"))
    with pytest.raises(PolicyError, match="situation 0"):
        check_policy(raising, "adapting", [Case("adapting", (plain_view(3),))])


def test_the_global_generators_are_left_as_they_were() -> None:
    """Checking a policy draws nothing from anybody's generator."""
    before = fingerprint()
    check_policy(Cheapest(), "carriers")
    assert fingerprint() == before
