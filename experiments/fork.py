"""``twin fork``: what if, from a snapshot, in the same world and with the same luck."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from experiments.arguments import parsed, snapshot_parser
from experiments.composition import composed, job_of
from experiments.config import Job
from experiments.folder import ORIGINAL, WHAT_IF, target, whole
from experiments.origin import override_key, without
from experiments.play import Played, played
from experiments.run import write_run
from experiments.saved import RUN_KEYS, Saved, check_files
from experiments.show import show_fork
from scenarios.build import draw_world
from twin.errors import InputError

IN_THE_STATE = (
    *(f"operation.{key}" for key in ("skus", "windows", "promise_days", "pickers", "docks", "chargers")),
    "people.drop_point",
)
"""What a saved state has numbered or counted out, or has parcels under way by."""
ON_THE_ROAD = (
    "mode", "capacity_kg", "capacity_l", "capacity_parcels", "radius_km", "battery_kwh", "vehicles_per_operator",
)  # fmt: skip
"""Of a kind of vehicle: what decides how much it has on board, in its battery, under way to it, or is supervised."""
FIXED = ("seed", "days", "warmup_days", "first_weekday", "city", "demand")
"""What has already happened; another one is another world."""


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``fork`` on the command line."""
    parser = snapshot_parser(
        "fork",
        "Finish a snapshot twice, as it was and with these overrides, and show the difference.",
        "outputs/noon/snapshot.json policies/routing=pyvrp weather=storm",
        "what is different, as on the command line of twin run",
        needed=True,
    )
    given = parsed(parser, argv)
    if given is None:
        return 0
    saved = Saved.read(given.snapshot)
    after = what_if(saved, given.overrides)
    programs = {port: list(words) for port, words in after.options.programs.items()}
    before = saved.job(plugins=list(after.options.plugins), programs=programs)
    folder = target(after.options.out, "fork", overwrite=after.options.overwrite)
    first, second = both(saved, before, after)
    with whole(folder) as inside:
        write_run(inside / ORIGINAL, before, first)
        write_run(inside / WHAT_IF, after, second, saved.state.now)
    show_fork(first.kpis, second.kpis, folder, before.counted)
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
    trust = [override for override in overrides if override_key(override).split(".")[0] in ("plugins", "programs")]
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
    """What is loaded, charged, numbered or counted out in the state cannot change; what things cost or do may."""
    fleets = [list(job.scenario.fleet.items()) for job in (before, after)]
    if [(name, group.count) for name, group in fleets[0]] != [(name, group.count) for name, group in fleets[1]]:
        raise InputError("command line: the number and kind of vehicles cannot change halfway; use twin compare")
    for (name, group), (_, other) in zip(*fleets, strict=True):
        if group.operators != other.operators:
            raise InputError(f"command line: fleet.{name}.operators cannot change halfway; use twin compare")
        for key in ON_THE_ROAD:
            if getattr(group.kind, key) != getattr(other.kind, key):
                raise InputError(f"command line: fleet.{name}.kind.{key} cannot change halfway; use twin compare")
    if [c.name for c in before.scenario.carriers] != [c.name for c in after.scenario.carriers]:
        raise InputError("command line: carriers cannot come or go halfway; use twin compare")
    for key in IN_THE_STATE:
        if attrgetter(key)(before.scenario) != attrgetter(key)(after.scenario):
            raise InputError(f"command line: {key} cannot change halfway; use twin compare")


def both(saved: Saved, before: Job, after: Job) -> tuple[Played, Played]:
    """The two futures of one state."""
    with saved.doubted(before):
        original = saved.twin(before)
        other = original.fork(policies=after.policies, world=draw_world(after.scenario, after.options.seed))
        return played(original, None, before.warmup), played(other, None, before.warmup)
