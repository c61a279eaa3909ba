"""The oracle's bound is below what any policy's routing has cost, and its plan lies between the two."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from experiments.composition import composed, job_of
from experiments.config import Job
from experiments.hindsight import oracle
from experiments.hindsight.oracle import hindsight
from experiments.hindsight.visits import Work, spent, work_of
from experiments.hindsight.ways import cheapest, paid_hour
from scenarios.build import draw_world
from tests.experiments.conftest import Twin as Command
from tests.worlds import PLAIN, Restless, chain, disturbed, everything, rows
from twin.engine import Twin
from twin.entities import FAR
from twin.ledger import Kind, Ledger
from twin.units import DAY, HOUR
from twin.world import World

TOWN = ("city=toy", "demand.parcels_per_day=60.0", "fleet=vans", "carriers=none")
ROUTERS = ("nearest", "insertion", "pyvrp", "reoptimise")


def world(seed: int) -> World:
    """A toy in which everything goes wrong, on the streets too."""
    return disturbed(everything(seed, 3), seed)


@cache
def job_for(router: str) -> Job:
    """A run of the small town with a router."""
    return job_of(composed("config", [*TOWN, f"policies/routing={router}"]))


@cache
def played(seed: int, router: str) -> tuple[Twin, Ledger]:
    """A small town with its traffic, works and incidents, or the toy."""
    if router in ("chain", "restless"):
        routing = {"chain": chain, "restless": Restless()}[router]
        twin = Twin(world(seed), PLAIN.replace(routing=routing))
    else:
        job = job_for(router)
        twin = Twin(draw_world(job.scenario, seed), job.policies)
    return twin, twin.run()


@pytest.mark.parametrize("router", [*ROUTERS, "chain", "restless"])
def test_nobody_is_cheaper_than_the_bound(router: str) -> None:
    """In several worlds, with any router, routing has cost at least what the oracle says it must."""
    for seed in (1, 2, 3):
        said = hindsight(*played(seed, router), DAY, 0)
        assert said.parcels >= said.visits > 0
        assert 0 < said.bound <= said.realised == said.plan


def test_the_bound_is_no_trifle() -> None:
    """It holds most of what is beyond doubt: a good part of what a router has cost."""
    for seed in (1, 2, 3):
        said = hindsight(*played(seed, "insertion"), DAY, 0)
        assert said.bound > 0.3 * said.realised


def test_a_false_account_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the ledger had a fourth of what was driven the bound would be above it: it is no number that always passes."""
    twin, ledger = played(1, "insertion")
    said = hindsight(twin, ledger, DAY, 0)
    monkeypatch.setattr(oracle, "spent", lambda *_: said.realised // 4)
    assert hindsight(twin, ledger, DAY, 0).bound > said.realised // 4


def test_the_plan_lies_between() -> None:
    """A plan found in hindsight costs no less than the bound and no more than the day, and leaves nobody out."""
    for seed in (1, 2):
        said = hindsight(*played(seed, "nearest"), DAY, 20)
        assert said.left == 0
        assert said.bound <= said.plan < said.realised


@pytest.mark.parametrize("router", ["insertion", "restless"])
def test_the_visits_are_those_of_the_ledger(router: str) -> None:
    """Every parcel that a street tour of the counted days delivered is in one visit, as long as it took."""
    twin, ledger = played(2, router)
    mine = [p for work in work_of(twin, ledger, DAY) for visit in work.visits for p in visit.parcels]
    kinds = twin.facts.kinds
    street = {unit.id for unit in twin.state.units if not kinds[unit.group].mode.is_sortie}
    told = [
        int(row["subject"]) for row in rows(ledger, Kind.DELIVERED) if row["time"] >= DAY and row["actor"] in street
    ]
    assert sorted(mine) == sorted(told)
    served = rows(ledger, Kind.SERVED)
    ends = dict(zip(served["time"].tolist(), served["value"].tolist(), strict=True))
    for work in work_of(twin, ledger, DAY):
        assert sum(count for _, count in work.tours) == len(work.visits)
        assert all(visit.took <= ends[visit.began + visit.took] for visit in work.visits)


def test_no_way_is_cheaper_than_the_cheapest() -> None:
    """Ways that are driven at any hour of the shifts cost at least as much as the table of cheapest ways says."""
    twin, ledger = played(1, "insertion")
    work: Work = work_of(twin, ledger, DAY)[0]
    table = cheapest(twin, work)
    nodes = [twin.facts.depots[work.depot], *(visit.node for visit in work.visits)]
    kind = twin.facts.kinds[0]
    seen = 0
    for hour in range(9, 18, 2):
        for a, b in np.ndindex(*(min(len(nodes), 12),) * 2):
            way = twin.roads.way(nodes[a], nodes[b], 0, DAY + hour * HOUR)
            if way is None or a == b:
                continue
            end, count = twin.roads.drive(way[0], 0, DAY + hour * HOUR, DAY + hour * HOUR)
            if count == len(way[0]):
                paid = paid_hour(kind) * (end - DAY - hour * HOUR) / HOUR + way[1] * kind.spec.running_usd_km * 1000
                assert table[a, b] <= paid
                seen += 1
    assert seen > 300
    assert (table < FAR).all()


def test_the_warm_up_is_left_out() -> None:
    """Days before the start count in neither account."""
    twin, ledger = played(1, "insertion")
    both = spent(twin, ledger, 0)
    assert both == spent(twin, ledger, DAY) + (both - spent(twin, ledger, DAY)) > spent(twin, ledger, DAY)
    assert {work.day for work in work_of(twin, ledger, DAY)} == {1}
    assert {work.day for work in work_of(twin, ledger, 0)} == {0, 1}


SMALL = ("city=toy", "demand.parcels_per_day=30.0", "carriers=none", "replications=1", "workers=1", "~arms.pyvrp")


def test_the_command_writes_what_it_says(twin: Command, tmp_path: Path) -> None:
    """A row for each run, an estimate and a difference with intervals for each arm, and both on the terminal."""
    said = twin("regret", *SMALL, "iterations=5", "out=out")
    assert said.status == 0, said
    found = json.loads((tmp_path / "out" / "regret.json").read_text())
    assert list(found["arms"]) == ["insertion", "nearest"]
    nearest = found["arms"]["nearest"]
    assert nearest["estimates"]["regret"]["estimate"] >= nearest["estimates"]["regret_plan"]["estimate"] >= 0
    assert set(nearest["differences"]["regret"]) == {"estimate", "low", "high"}
    assert len((tmp_path / "out" / "regret.csv").read_text().splitlines()) == 3
    assert "Lower bound with the day known" in said.out


@pytest.mark.parametrize("word", ["iterations=-1", "iterations=many"])
def test_a_wrong_question_is_refused(twin: Command, word: str) -> None:
    """One sentence that names the key, and exit status 2."""
    said = twin("regret", *SMALL, word)
    assert said.status == 2
    assert "iterations(=" in said.err


@pytest.mark.slow
def test_better_routers_regret_less() -> None:
    """On the default city, ten worlds, regret per parcel falls from nearest to insertion to PyVRP in the mean."""
    regret = []
    for router in ("nearest", "insertion", "pyvrp"):
        money = parcels = 0
        for seed in range(1, 11):
            job = job_of(composed("config", ["fleet=vans", f"policies/routing={router}", f"seed={seed}"]))
            twin = Twin(draw_world(job.scenario, seed), job.policies)
            said = hindsight(twin, twin.run(), job.warmup, 0)
            assert said.bound <= said.realised
            money, parcels = money + said.realised - said.bound, parcels + said.parcels
        regret.append(money / parcels)
    assert regret[0] > regret[1] > regret[2]
