"""``twin fork``: what if, from a snapshot, in the same world and with the same luck."""

from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.arguments import Parser, parsed
from experiments.composition import composed, job_of
from experiments.config import Job
from experiments.folder import target, whole
from experiments.origin import override_key, without
from experiments.play import Played, played
from experiments.run import write_run
from experiments.saved import RUN_KEYS, Saved, check_files
from experiments.show import show_fork
from scenarios.build import draw_world
from twin.errors import InputError

IN_THE_STATE = ("skus", "windows", "promise_days", "pickers", "docks", "chargers")
"""Of the operation: what a saved state has numbered or counted out."""
FIXED = ("seed", "days", "first_weekday", "city", "demand")
"""What has already happened; another one is another world."""


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``fork`` on the command line."""
    parser = Parser(
        "twin fork",
        description="Finish a snapshot twice, as it was and with these overrides, and show the difference.",
        epilog="example: twin fork outputs/noon/snapshot.json policies/routing=pyvrp weather=storm",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("snapshot", type=Path, help="a snapshot.json of twin run until=...")
    parser.add_argument("overrides", nargs="+", help="what is different, as on the command line of twin run")
    given = parsed(parser, argv)
    if given is None:
        return 0
    saved = Saved.read(given.snapshot)
    after = what_if(saved, given.overrides)
    before = saved.job(plugins=list(after.options.plugins))
    folder = target(after.options.out, "fork", overwrite=after.options.overwrite)
    first, second = both(saved, before, after)
    with whole(folder) as inside:
        write_run(inside / "original", before, first)
        write_run(inside / "what_if", after, second)
    show_fork(first.kpis, second.kpis, folder)
    return 0


def what_if(saved: Saved, overrides: Sequence[str]) -> Job:
    """The run of a snapshot with overrides on top of its own.

    Raises
    ------
    InputError
        If the configuration files have changed since, or the overrides change what has happened already.
    """
    name, dirs = saved.about.config_name, saved.about.config_dirs
    own = without(saved.about.overrides, *RUN_KEYS)
    trust = [override for override in overrides if override_key(override) == "plugins"]
    original, changed = job_of(composed(name, own + trust, dirs)), job_of(composed(name, [*own, *overrides], dirs))
    for key in _differences(original.plain, saved.about.settings):
        raise InputError(f"{saved.path}: {key} is not as the configuration files have it; restore them, or save again")
    if changed.until is not None:
        raise InputError("command line: until cannot be asked of a fork; both futures are played to the end")
    for key in _differences(changed.plain, original.plain):
        if key in FIXED:
            raise InputError(f"command line: {key} cannot change halfway; compare whole runs with twin compare")
    _same_vehicles(original, changed)
    check_files(saved, changed)
    return changed


def _differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    keys = sorted((one.keys() | other.keys()) - set(RUN_KEYS))
    return [key for key in keys if one.get(key) != other.get(key)]


def _same_vehicles(before: Job, after: Job) -> None:
    """Vehicles, carriers and products are in the state: their number cannot change, what they cost or can may."""
    fleets = [
        {n: (g.count, g.kind.mode, g.operators) for n, g in job.scenario.fleet.items()} for job in (before, after)
    ]
    if list(fleets[0].items()) != list(fleets[1].items()):
        raise InputError("command line: the number and kind of vehicles cannot change halfway; use twin compare")
    if [c.name for c in before.scenario.carriers] != [c.name for c in after.scenario.carriers]:
        raise InputError("command line: carriers cannot come or go halfway; use twin compare")
    for key in IN_THE_STATE:
        if getattr(before.scenario.operation, key) != getattr(after.scenario.operation, key):
            raise InputError(f"command line: operation.{key} cannot change halfway; use twin compare")


def both(saved: Saved, before: Job, after: Job) -> tuple[Played, Played]:
    """The two futures of one state."""
    with saved.doubted(before):
        original = saved.twin(before)
        other = original.fork(policies=after.policies, world=draw_world(after.scenario, after.options.seed))
        return played(original, None, before.warmup), played(other, None, before.warmup)
