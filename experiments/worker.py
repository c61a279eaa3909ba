"""One world, played by every arm: what a process of ``twin compare`` does."""

from dataclasses import asdict, replace
from typing import Any

from experiments.config import job_from, sha256_of
from experiments.pool import news
from experiments.repeating.blocks import KEPT, KEPT_OF_THE_FIRST, blocks_of
from experiments.reporting.causes import changes
from experiments.reporting.portrait import portrait
from experiments.sketch import sketch
from scenarios.build import draw_world, ordered
from scenarios.spec import Scenario
from twin.engine import Twin
from twin.kpis import kpis
from twin.world import World

Settings = dict[str, Any]
OF_THE_ARM = (
    *("fleet", "carriers", "policies", "warmup_days"),
    *("seed", "plugins", "programs", "until", "out", "overwrite"),
)
"""What arms may differ in and still share one drawn world."""


def play_world(seed: int, arms: dict[str, Settings], draw: bool) -> list[dict[str, Any]]:
    """Play one world with every arm.

    Parameters
    ----------
    seed : int
        Of the world's luck.
    arms : dict
        Name -> resolved configuration.
    draw : bool
        Whether to bring home a sketch of the tours for the map, and the tours that were changed.

    Returns
    -------
    list of dict
        One for each arm: its name, seed, totals, KPIs, fingerprint, blocks, portrait and (maybe) sketch and changes.
    """
    worlds: dict[str, World] = {}
    runs = []
    for name, settings in arms.items():
        runs.append(play_arm(name, seed, settings, worlds, draw))
        news(name)
    return runs


def play_arm(name: str, seed: int, settings: Settings, worlds: dict[str, World], draw: bool) -> dict[str, Any]:
    """Play one arm, in the world that it shares with others: ``worlds`` holds those that are drawn."""
    job = job_from(settings)
    world = world_for(seed, job.scenario, settings, worlds)
    twin = Twin(world, job.policies)
    ledger = twin.run()
    result = kpis(ledger, job.warmup)
    return {
        "arm": name,
        "seed": seed,
        "totals": result.totals,
        "values": result.values,
        "fingerprint": ledger.fingerprint().both,
        "kernel_events": twin.events,
        "blocks": asdict(blocks_of(ledger, KEPT_OF_THE_FIRST if draw else KEPT)),
        "portrait": portrait(twin, ledger, job.warmup),
        "sketch": sketch(twin, ledger) if draw else None,
        "changes": changes(twin, ledger, job.warmup) if draw else None,
    }


def world_for(seed: int, scenario: Scenario, settings: Settings, worlds: dict[str, World]) -> World:
    """The world of a seed; arms that differ in fleet, carriers and policies share it."""
    shared = world_key(settings)
    if shared not in worlds:
        worlds[shared] = draw_world(scenario, seed)
    return replace(worlds[shared], fleet=ordered(scenario.fleet), carriers=scenario.carriers)


def world_key(settings: Settings) -> str:
    """What tells the worlds of one seed apart: a digest of all that nobody decides."""
    return sha256_of({key: value for key, value in settings.items() if key not in OF_THE_ARM})
