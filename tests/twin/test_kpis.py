"""Key figures against ledgers that can be counted by hand, and against each other."""

from typing import Any

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier, toy_fleet
from tests.worlds import PLAIN, counts, play, prefer, rows, tell
from twin.entities import Cause, Offer
from twin.kpis import MEANING, RATIOS, kpis
from twin.ledger import Account, Kind, Ledger
from twin.units import DAY, HOUR, MINUTE, usd


def by_hand() -> Ledger:
    """Three orders of four parcels: one in time at the second attempt, one late, one lost, one open and overdue."""
    ledger = Ledger()

    def note(hour: float, kind: Kind, subject: int, *, actor: int = -1, value: int = 0, cause: int = 0) -> None:
        ledger.trace.append(round(hour * HOUR), kind, cause, subject, actor, 0, value)

    for session, end in ((0, 14), (1, 14), (2, 18)):
        note(1, Kind.SESSION, session)
        note(1, Kind.ORDERED, session, value=end * HOUR)
    note(1, Kind.SESSION, 3)
    note(1, Kind.WALKED, 3)
    for parcel, order in ((0, 0), (1, 1), (2, 1), (3, 2)):
        note(1, Kind.CREATED, parcel, actor=order)
    note(10, Kind.ATTEMPTED, 0, actor=7, value=1, cause=Cause.ABSENT)
    note(13, Kind.ATTEMPTED, 0, actor=7, value=2)
    note(13, Kind.DELIVERED, 0, actor=7, value=-HOUR)
    note(13, Kind.RATED, 0, value=5)
    note(15, Kind.SORTIE, 9, actor=1)
    note(15, Kind.ATTEMPTED, 1, actor=9, value=1)
    note(15, Kind.DELIVERED, 1, actor=9, value=HOUR)
    note(16, Kind.LOST, 2, actor=-2)
    note(17, Kind.HOME, 7, value=2500)
    note(17, Kind.CARBON, 7, value=3_000_000)
    note(17, Kind.SHIFT, 7, value=8 * HOUR)
    note(24, Kind.OPEN, 3)
    ledger.costs.append(0, Account.LABOUR, 0, -1, -1, Account.CASH, usd(30.0))
    ledger.costs.append(0, Account.LOSSES, 0, 2, -1, Account.CASH, usd(12.5))
    ledger.costs.append(0, Account.CASH, 0, 0, -1, Account.FEES, usd(3.0))
    return ledger


def test_a_ledger_counted_by_hand() -> None:
    """Every figure is what counting on paper gives."""
    values = kpis(by_hand()).values
    expected = {
        "sessions": 4, "orders": 3, "walked": 1, "parcels": 4, "delivered": 2, "open_parcels": 1, "lost": 1,
        "attempts": 3, "attempted_parcels": 2, "first_attempts": 2, "first_successes": 1, "on_time_parcels": 1,
        "due_parcels": 4, "stars": 5, "rated": 1, "metres": 2500, "kgco2e": 3, "driver_hours": 8,
        "sortie_parcels": 1, "carrier_parcels": 0, "cost_total": 42.5, "fees": 3, "cost_labour": 30,
        "cost_losses": 12.5, "cost_per_delivered_parcel": 21.25, "on_time": 0.25,
        "first_attempt_success": 0.5, "kgco2e_per_parcel": 1.5, "conversion": 0.75,
        "attempts_per_parcel": 1.5, "mean_stars": 5, "metres_per_delivered_parcel": 1250,
        "share_by_sortie": 0.5, "share_by_carrier": 0, "late_p95": 54,
    }  # fmt: skip
    assert {name: values[name] for name in expected} == pytest.approx(expected)


def test_a_parcel_that_was_never_due_does_not_count_against_punctuality() -> None:
    """Open with a promise beyond the end: neither on time nor late."""
    ledger = by_hand()
    before = kpis(ledger).values["due_parcels"]
    ledger.trace.append(DAY, Kind.ORDERED, 0, 4, 0, 0, 2 * DAY)
    ledger.trace.append(DAY, Kind.CREATED, 0, 9, 4, 0, 500)
    assert kpis(ledger).values["due_parcels"] == before


def noisy(days: int = 2, **changes: Any) -> Ledger:
    """A noisy run with everything in it."""
    world = toy_world(days=days, noise=True, fleet=toy_fleet(van=1, drone=1), carriers=(toy_carrier(),))

    def priced(view: Any, session: Any, slots: Any) -> list[Offer]:
        return [offer._replace(price=usd(1.99)) for offer in PLAIN.promising(view, session, slots)]

    return play(world, **{"promising": priced, "carriers": prefer("drone", "streets"), **changes})


def test_totals_are_those_of_the_ledger() -> None:
    """Each count is the number of its events, each cost the sum of its postings; the total is their sum."""
    ledger = noisy(notifying=tell(Cause.CONFIRMED))
    values, seen = kpis(ledger).values, counts(ledger)
    assert values["delivered"] == seen[Kind.DELIVERED]
    assert values["messages"] == seen[Kind.MESSAGE] == values["orders"]
    assert values["fees"] == pytest.approx(1.99 * seen[Kind.ORDERED])
    book = ledger.costs.columns()
    outgoing = book["value"][book["place"] == Account.CASH].sum()
    assert values["cost_total"] == pytest.approx(outgoing / 1e6)
    parts = [values[f"cost_{account.name.lower()}"] for account in Account if account.is_cost]
    assert sum(parts) == pytest.approx(values["cost_total"])


def test_every_parcel_is_somewhere() -> None:
    """Created = delivered + returned + cancelled + lost + open."""
    values = kpis(noisy(days=4)).values
    ends = ("delivered", "returned", "cancelled", "lost", "open_parcels")
    assert values["parcels"] == sum(values[name] for name in ends) > 0
    assert values["sessions"] == values["orders"] + values["walked"]


def test_ratios_are_ratios_of_totals() -> None:
    """Each ratio divides two totals that are given beside it."""
    figures = kpis(noisy())
    for name, (top, below) in RATIOS.items():
        assert figures.values[name] == figures.totals[top] / figures.totals[below]
        assert name not in figures.totals


def test_over_nothing_there_is_no_ratio() -> None:
    """Of an empty ledger the totals are 0 and ratios and quantiles are left out, not NaN."""
    figures = kpis(Ledger())
    assert set(figures.totals.values()) == {0.0}
    assert figures.values == figures.totals


def test_every_figure_is_explained() -> None:
    """Each name has a unit and a sentence, and no explanation is without its figure."""
    assert set(kpis(by_hand()).values) | set(RATIOS) == set(MEANING)
    assert all(unit and sentence.endswith(".") for unit, sentence in MEANING.values())


def test_every_figure_is_a_finite_number() -> None:
    """Also of a run in which nothing can be delivered."""
    for ledger in (noisy(), play(toy_world(fleet=toy_fleet(van=0))), play(toy_world(), promising=lambda *_: [])):
        assert all(type(value) is float and np.isfinite(value) for value in kpis(ledger).values.values())


def test_totals_add_up_over_runs() -> None:
    """Two ledgers one after the other have the sum of their counts and costs."""
    one, other = noisy(), play(toy_world())
    both = Ledger(bytes(one.trace.data), bytes(one.costs.data) + bytes(other.costs.data))
    assert kpis(both).totals["cost_total"] == pytest.approx(
        kpis(one).totals["cost_total"] + kpis(other).totals["cost_total"]
    )


def test_the_quantile_is_in_minutes_after_the_promise() -> None:
    """late_p95 of the deliveries, negative when they come before."""
    ledger = play(toy_world(days=3))
    late = rows(ledger, Kind.DELIVERED)["value"]
    assert kpis(ledger).values["late_p95"] == pytest.approx(float(np.quantile(late, 0.95)) / MINUTE)
    assert kpis(ledger).values["late_p95"] < 0


def test_equal_figures_have_one_fingerprint() -> None:
    """The same ledger, the same digest; a cent more, another."""
    ledger = by_hand()
    first = kpis(ledger).fingerprint()
    assert kpis(by_hand()).fingerprint() == first
    ledger.costs.append(DAY, Account.FEES, 0, 0, 0, Account.CASH, 0)
    assert kpis(ledger).fingerprint() == first
    ledger.costs.append(DAY, Account.LABOUR, 0, 0, 0, Account.CASH, 10_000)
    assert kpis(ledger).fingerprint() != first
