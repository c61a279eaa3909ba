"""Relations between runs that hold in the mean of many worlds: paired tests, and the rate of worlds that differ.

A single world may go the other way, as with Braess: the closing of a street can help. So a relation fails only when the
differences are significantly on the wrong side, at 1 % for all relations together (Holm).
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from experiments.composition import composed, job_of
from policies.carriers.cheapest import Cheapest
from policies.carriers.scored import Scored
from policies.promising.fixed import FixedPrice
from scenarios.build import draw_world
from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_carrier
from tests.worlds import PLAIN, in_turn, play, prefer
from twin.engine import Twin
from twin.entities import CarrierOffer, Offer, Parcel, Session, Slot
from twin.kpis import MEANING, kpis
from twin.ledger import Account
from twin.ports import View
from twin.units import HOUR
from twin.world import World

WORLDS = range(16)
BUSY = (
    *("city=small", "demand.parcels_per_day=250.0", "carriers=none", "policies/promising=fixed"),
    *("fleet=vans", "fleet.vans_early.count=1", "fleet.vans_late.count=1"),
)
"""Two vans, and as much to do as they can: windows are sold up to what the fleet can bring."""
AIRY = (
    *("city=small", "demand.parcels_per_day=170.0", "carriers=none"),
    *("fleet=vans_drones", "fleet.vans_early.count=1", "fleet.vans_late.count=1", "fleet.drones.count=4"),
)
"""Two vans and four drones that have enough to do."""
NARROW = "[['10:00','12:00'],['12:00','14:00'],['14:00','16:00'],['16:00','18:00'],['18:00','21:00']]"
EARLY = "cut-off three hours before the wave"
"""Stands for a promiser among the words of an arm; the others are overrides."""


class Relation(NamedTuple):
    """What should help: a figure, a town, and the words of the arm without it and of the arm with it."""

    figure: str
    town: tuple[str, ...]
    without: tuple[str, ...]
    given: tuple[str, ...]


RELATIONS = {
    "more vehicles": Relation("on_time_parcels", BUSY, (), ("fleet.vans_early.count=2",)),
    "wider windows": Relation("on_time", BUSY, (f"operation.windows={NARROW}",), ()),
    "faster roads": Relation("on_time", BUSY, (), ("traffic=free",)),
    "better weather": Relation("on_time", AIRY, ("scenario=storm",), ()),
    "earlier cut-off": Relation("on_time", BUSY, (), (EARLY,)),
    "more range": Relation("share_by_sortie", AIRY, ("fleet.drones.kind.radius_km=1.0",), ()),
}


def offer_early(view: View, session: Session, slots: Sequence[Slot]) -> Sequence[Offer]:
    """Promise only windows whose wave leaves in more than three hours."""
    return FixedPrice()(view, session, [slot for slot in slots if slot.cut_off > view.now + 3 * HOUR])


@cache
def figures(seed: int, words: tuple[str, ...]) -> dict[str, float]:
    """The key figures of a run."""
    job = job_of(composed("config", [word for word in words if word != EARLY]))
    policies = job.policies.replace(promising=offer_early) if EARLY in words else job.policies
    return kpis(Twin(draw_world(job.scenario, seed), policies).run(), job.warmup).values


def helped(relation: Relation) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """By how much the figure rises, world by world."""
    return np.array([
        figures(seed, relation.town + relation.given)[relation.figure]
        - figures(seed, relation.town + relation.without)[relation.figure]
        for seed in WORLDS
    ])  # fmt: skip


@pytest.mark.slow
def test_what_should_help_helps_in_the_mean(capsys: pytest.CaptureFixture[str]) -> None:
    """No relation is significantly reversed at 1 % over all of them, and most are significantly as they should be."""
    from scipy import stats

    found = {name: helped(relation) for name, relation in RELATIONS.items()}
    reversed_p = {name: float(stats.ttest_1samp(d, 0.0, alternative="less").pvalue) for name, d in found.items()}
    as_meant_p = {name: float(stats.ttest_1samp(d, 0.0, alternative="greater").pvalue) for name, d in found.items()}
    with capsys.disabled():
        for name, rises in found.items():
            by = 100 if MEANING[RELATIONS[name].figure][0] == "share" else 1
            low, high = stats.t.interval(0.95, len(rises) - 1, rises.mean(), stats.sem(rises))
            print(  # noqa: T201 - the figures of the validation page
                f"\n{name}: {RELATIONS[name].figure} {by * rises.mean():+.2f} ({by * low:+.2f} to {by * high:+.2f}), "
                f"{np.mean(rises < 0):.0%} of {len(rises)} worlds the other way",
                end="",
            )
    ranked = sorted(reversed_p.values())
    assert all(p > 0.01 / (len(ranked) - rank) for rank, p in enumerate(ranked)), reversed_p
    assert sum(p < 0.01 for p in as_meant_p.values()) >= len(RELATIONS) - 2, as_meant_p


CARRIERS = (
    toy_carrier("careful", base_usd=7.0, first_attempt=0.95, loss=0.01, load_slope=0.0),
    toy_carrier("rough", base_usd=4.0, first_attempt=0.7, loss=0.12, load_slope=0.0),
)


def costs_of(world: World, choice: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """(parcels,) what each parcel has cost with a choice of carriers."""
    book = play(world, PLAIN, carriers=choice).costs.columns()
    paid = book[np.isin(book["kind"], [account for account in Account if account.is_cost]) & (book["subject"] >= 0)]
    return np.bincount(paid["subject"], paid["value"], len(world.parcels.sku)).astype(np.float64)


@pytest.mark.parametrize("seed", range(4))
def test_nobody_beats_who_knows_what_will_happen(seed: int) -> None:
    """The regret of any choice of carriers against the best in hindsight is never negative, and not always zero.

    With carriers that do not feel their load a parcel's fate with either is its own, so the best in hindsight is known.
    """
    world = toy_world(seed, 8, fleet=(), carriers=CARRIERS, people=certain_people())
    each = np.array([costs_of(world, prefer(carrier.name)) for carrier in CARRIERS])

    def in_hindsight(view: View, parcel: Parcel, offers: Sequence[CarrierOffer]) -> CarrierOffer:
        return offers[int(each[:, parcel.id].argmin())]

    best = costs_of(world, in_hindsight).sum()
    assert best == each.min(axis=0).sum()
    regrets = [costs_of(world, choice).sum() - best for choice in (Scored(), Cheapest(), in_turn, prefer("careful"))]
    assert min(regrets) >= 0
    assert max(regrets) > 0
