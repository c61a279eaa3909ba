"""How a study was done, item by item of STRESS-DES (Monks et al. 2019, Journal of Simulation 13:55-67).

The numbers and titles are the checklist's; what stands beside them is taken from the configuration, the manifest and
the statistics, so nothing of it can be out of date.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.comparison import HEADLINE
from experiments.config import Job
from experiments.provenance import grades
from experiments.register import GRADES
from experiments.shipped import names, usual
from twin.entities import Mode
from twin.kpis import MEANING


@dataclass(frozen=True)
class Item:
    """One item of the checklist."""

    number: str
    title: str
    text: str


def checklist(
    question: str, jobs: Mapping[str, Job], words: Mapping[str, Sequence[str]], about: Mapping[str, Any]
) -> list[Item]:
    """Every item, filled.

    Parameters
    ----------
    jobs : mapping
        Arm or cell -> its run.
    words : mapping
        Arm or cell -> its overrides.
    about : mapping
        The manifest: ``seeds``, ``versions``, ``platform``, ``data_sha256``, ``workers``, ``config_sha256``.
    """
    job = next(iter(jobs.values()))
    said = [
        *_objectives(question, words),
        *_logic(job),
        *_data(jobs, about),
        *_experimentation(job, about),
        *_implementation(about),
    ]
    return [Item(*item) for item in said]


def _objectives(question: str, words: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    arms = "; ".join(f"{arm}: {' '.join(said) or 'as the study says'}" for arm, said in words.items())
    return [
        ("1.1", "Purpose of the model", f"To answer: {question}"),
        (
            "1.2",
            "Model outputs",
            " ".join(f"{name} ({_unit(name)}): {MEANING[name][1]}" for name in HEADLINE)
            + f" And {len(MEANING) - len(HEADLINE)} more, below and in docs/reference/kpis.md.",
        ),
        ("1.3", "Aims of experimentation", f"Scenario comparison, every arm in the same worlds. {arms}."),
    ]


def _unit(name: str) -> str:
    return MEANING[name][0]


def _logic(job: Job) -> list[tuple[str, str, str]]:
    scenario = job.scenario
    fleet = ", ".join(
        f"{group.count} {Mode(group.kind.mode).name.lower()} ({name})" for name, group in scenario.fleet.items()
    )
    carriers = ", ".join(carrier.name for carrier in scenario.carriers) or "none"
    operation = scenario.operation
    ports = "; ".join(
        f"{port}: {str(policy.get('_target_', '')).removeprefix('policies.')}"
        for port, policy in job.plain["policies"].items()
    )
    return [
        (
            "2.1",
            "Base model overview",
            (
                "checkout > offers > order > stock > pick > wave > vehicle, sortie or carrier > way > "
                "door > delivered, or exception > remedy > again. docs/concepts/path.md shows it."
            ),
        ),
        (
            "2.2",
            "Base model logic",
            (
                f"An order is promised a window ({len(operation.windows)} a day), picked from "
                f"{operation.pick_hours[0]} to {operation.pick_hours[1]}, planned in waves at "
                f"{', '.join(operation.waves)}, and tried "
                f"at most {operation.max_attempts} times. docs/concepts has each part."
            ),
        ),
        (
            "2.3",
            "Scenario logic",
            f"Packs laid on: {' + '.join(job.origin.packs) or 'none'}. What arms change: see 1.3.",
        ),
        ("2.4", "Algorithms", f"{ports}. Travel times by Dijkstra. docs/concepts/ports.md."),
        ("2.5.1", "Components: entities", "Checkouts, orders, parcels, tours, messages, contacts."),
        (
            "2.5.2",
            "Components: activities",
            (
                "Picking, loading, driving, parking, walking, serving, flying, charging, resting, "
                "repairing, telling, answering. docs/reference/events.md has every event."
            ),
        ),
        (
            "2.5.3",
            "Components: resources",
            (
                f"Fleet: {fleet or 'none'}. Carriers: {carriers}. {operation.pickers} pickers, "
                f"{operation.docks} docks and {operation.chargers} chargers a depot, {scenario.city.depots} depots."
            ),
        ),
        (
            "2.5.4",
            "Components: queues",
            ("Picking, docks, chargers and the contact centre serve who came first; a wave takes all that is ready."),
        ),
        (
            "2.5.5",
            "Components: entry and exit",
            (
                "Checkouts arrive by a Poisson process that varies with hour, weekday, area and "
                "weather; parcels leave delivered, returned, cancelled or lost, and what is left at the end is "
                "counted as open."
            ),
        ),
    ]


def _data(jobs: Mapping[str, Job], about: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    count: dict[str, int] = {}
    for job in jobs.values():
        for grade, number in grades(job).items():
            count[grade] = max(count.get(grade, 0), number)
    told = ", ".join(
        f"{number} {grade} ({GRADES.get(grade, 'not as by default, or not in the register')})"
        for grade, number in count.items()
    )
    files = "; ".join(f"{key} {digest[:16]}" for key, digest in about["data_sha256"].items())
    changed = {
        key for job in jobs.values() for key, name, value in names(job.plain) if usual(key, name) != value
    }  # fmt: skip
    return [
        (
            "3.1",
            "Data sources",
            (
                f"Numbers in use, by the grade of their source: {told}. Each with its source: twin evidence. "
                f"Data files: {files or 'none'}."
            ),
        ),
        (
            "3.2",
            "Preprocessing",
            "Records are fitted by twin calibrate, which writes what it left out."
            if files
            else "None: no data file is read; defaults were fitted as docs/validation.md says.",
        ),
        (
            "3.3",
            "Input parameters",
            (
                f"{len(changed)} numbers are not as by default: see Where the numbers come from. All: the "
                "configuration in this folder."
            ),
        ),
        ("3.4", "Assumptions", "docs/concepts/limits.md, and the limits at the end of this page."),
    ]


def _experimentation(job: Job, about: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    seeds, days = about["seeds"], job.scenario.days
    start = f"Floors are empty at the first midnight. Counted: {job.counted}" + (
        "; what comes before is warm-up." if job.warmup else "."
    )
    return [
        ("4.1", "Initialisation", start),
        ("4.2", "Run length", f"{days} day{'s' if days > 1 else ''} a run."),
        (
            "4.3",
            "Estimation approach",
            (
                f"{len(seeds)} replications (seeds {seeds[0]} to {seeds[-1]}), each played by every arm "
                "with the same luck. Ratios of totals, delete-one jackknife, Student's t, 95 %; differences are "
                "paired; Holm over all "
                "headline differences. The unit is the run."
            ),
        ),
    ]


def _implementation(about: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return [
        ("5.1", "Software", versions + "."),
        (
            "5.2",
            "Random sampling",
            (
                "Keyed draws: a hash (SplitMix64) of seed, purpose, entity and occasion, so no draw depends "
                "on the order of events; whole fields by numpy's Philox, keyed alike. docs/concepts/luck.md."
            ),
        ),
        (
            "5.3",
            "Model execution",
            (
                f"Event by event on SimPy, {_took(about)}"
                f"{about['kernel_events']:,} kernel events. No clock decides an outcome."
            ),
        ),
        ("5.4", "System specification", f"{about['platform']}."),
        (
            "6.1",
            "Model sharing",
            (
                f"lastmile-twin {about['versions'].get('lastmile-twin', '')}, Apache-2.0. This study: twin bundle "
                f"packs it, twin reproduce plays it again. Configuration SHA-256 {about['config_sha256']}."
            ),
        ),
    ]


def _took(about: Mapping[str, Any]) -> str:
    """How long it took, of a study that says so: a sweep may be played in parts."""
    return f"{about['workers']} processes, {about['wall_s']:.0f} s on the clock, " if "wall_s" in about else ""
