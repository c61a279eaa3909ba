"""The report of a sweep: every cell in one table, and the cheapest ones drawn."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from experiments.comparison import HEADLINE, Comparison, compared
from experiments.config import Job, data_files, job_from, sha256_of
from experiments.family import DECIDES, effects_of
from experiments.origin import Origin
from experiments.provenance import moved
from experiments.report import exhibits_of, report, row_of, title_of
from experiments.reporting.checklist import checklist
from experiments.reporting.exhibit import write_exhibits
from experiments.statistics import Interval, best, ratio, ratio_difference
from experiments.sweeping.journal import Journal
from experiments.wording import between, figure
from twin.files import write_text
from twin.kpis import RATIOS

REPORT = "report.html"
MOST_DRAWN = 8
"""Cells in the figures: more could not be told apart."""
MOST_SHOWN = 100
"""Cells in the table; all of them are in ``results.parquet``."""
Runs = dict[int, tuple[Mapping[str, Any], ...]]


@dataclass(frozen=True)
class Found:
    """What a sweep found.

    Attributes
    ----------
    names : tuple of str
        What its cells are called.
    runs : dict
        Cell -> its runs, by seed.
    estimates, differences : dict
        Cell -> headline KPI -> interval; the paired difference is from the cell that it is compared with.
    order : tuple of int
        Cells, the cheapest first.
    """

    cells: Sequence[Mapping[str, Any]]
    names: tuple[str, ...]
    runs: Runs
    estimates: dict[int, dict[str, Interval]]
    differences: dict[int, dict[str, Interval]]
    order: tuple[int, ...]


def write_report(journal: Journal) -> None:
    """Write ``report.html`` and ``figures`` into the folder of a sweep that has been played.

    Nothing in them depends on when, where or by whom it was played, so they are those of the unbroken sweep.
    """
    found = found_in(journal)
    drawn = _drawn(found)
    jobs = {found.names[cell]: _job(journal, cell) for cell in drawn}
    words = {found.names[cell]: found.cells[cell]["words"] for cell in drawn}
    study = _comparison(found, drawn)
    exhibits = exhibits_of(study, {})
    about = _about(journal, found, jobs)
    done = checklist(study.question, jobs, words, about)
    text = report(study, exhibits, _facts(journal, about), moved(jobs), done, _page(found, study, drawn))
    write_exhibits(journal.folder, exhibits)
    write_text(journal.folder / REPORT, text)


def found_in(journal: Journal) -> Found:
    """What the finished runs of a sweep say of each cell."""
    cells, seeds = journal.plan["cells"], journal.plan["seeds"]
    names = _unique(_names(cells))
    runs: Runs = {}
    for cell in range(len(cells)):
        read = [journal.run(cell, seed) for seed in seeds]
        runs[cell] = tuple({**run, "arm": names[cell], "totals": run["values"]} for run in read if run is not None)
    estimates = {cell: {name: _estimate(name, mine) for name in HEADLINE} for cell, mine in runs.items()}
    bases = {number: cell["base"] for number, cell in enumerate(cells) if cell["base"] not in (None, number)}
    differences = {
        cell: {name: ratio_difference(_totals(name, runs[cell]), _totals(name, runs[base])) for name in HEADLINE}
        for cell, base in bases.items()
    }
    order = sorted(runs, key=lambda cell: (estimates[cell][DECIDES].estimate, cell))
    return Found(cells, names, runs, estimates, differences, tuple(order))


def _estimate(name: str, runs: Sequence[Mapping[str, Any]]) -> Interval:
    return ratio(*_totals(name, runs))


def _totals(name: str, runs: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    above, below = RATIOS[name]
    return [run["values"].get(above, 0.0) for run in runs], [run["values"].get(below, 0.0) for run in runs]


def _names(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    """Cells by the values in which they differ: short enough for a figure, as in ``vans, peak 1.25``."""
    keys = _swept(cells)
    return [", ".join(_said(key, cell["values"].get(key)) for key in keys) or str(cell["label"]) for cell in cells]


def _said(key: str, value: Any) -> str:
    return value if isinstance(value, str) else f"{key.rpartition('.')[2]} {value}"


def _swept(cells: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The overrides in which cells differ, with their values."""
    keys = dict.fromkeys(key for cell in cells for key in cell["values"])
    values = {key: list(dict.fromkeys(str(cell["values"].get(key)) for cell in cells)) for key in keys}
    return {key: those for key, those in values.items() if len(those) > 1}


def _unique(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels, with the number of the cell where two are the same."""
    return tuple(f"{label} (cell {n})" if labels.count(label) > 1 else label for n, label in enumerate(labels))


def _drawn(found: Found) -> list[int]:
    """The cells of the figures: the cheapest, with what those are compared with, in their order."""
    cells: list[int] = []
    for cell in found.order:
        wanted = {cell, found.cells[cell]["base"]} - {None, *cells}
        if len(cells) + len(wanted) <= MOST_DRAWN:
            cells += wanted
    return sorted(cells)


def _comparison(found: Found, drawn: Sequence[int]) -> Comparison:
    """The drawn cells as arms; with differences when they are all compared with one cell."""
    bases = {found.cells[cell]["base"] for cell in drawn}
    base = next(iter(bases)) if len(bases) == 1 and None not in bases else None
    names = [found.names[cell] for cell in drawn]
    runs = [run for cell in drawn for run in found.runs[cell]]
    against = names[0] if base is None else found.names[base]
    study = compared(_question(found), against, names, runs)
    return study if base is not None else replace(study, differences={})


def _question(found: Found) -> str:
    told = [f"{key} ({_some(values)})" for key, values in _swept(found.cells).items()]
    if not told:
        return f"What does {found.names[0]} do?"
    return f"What {'do' if len(told) > 1 else 'does'} {' and '.join(told)} do?"


def _some(values: Sequence[str]) -> str:
    return ", ".join(values) if len(values) <= 6 else f"{values[0]} to {values[-1]}, {len(values)} values"


def _page(found: Found, study: Comparison, drawn: Sequence[int]) -> dict[str, Any]:
    """What stands on the page of a sweep."""
    bases = sorted({cell["base"] for cell in found.cells if cell["base"] is not None})
    against = found.names[bases[0]] if len(bases) == 1 else "its baseline" if bases else ""
    shown = sorted(found.order[:MOST_SHOWN])
    notes = [] if len(drawn) == len(found.cells) else [f"The figures show {len(drawn)} cells with the lowest cost."]
    if len(shown) < len(found.cells):
        notes.append(f"The table shows the {len(shown)} cheapest of {len(found.cells)} cells.")
    return {
        "kicker": f"Sweep of {len(found.cells)} combinations in {_worlds(len(study.seeds))}",
        "answer": answer_of(found),
        "against": against,
        "note": " ".join(notes),
        "headline": [
            {**title_of(name), "rows": [_row(found, name, cell) for cell in shown]}
            for name in HEADLINE
        ],
    }  # fmt: skip


def _row(found: Found, name: str, cell: int) -> dict[str, Any]:
    difference = found.differences.get(cell, {}).get(name)
    row = row_of(name, found.names[cell], found.estimates[cell][name], difference)
    return row if found.cells[cell]["base"] is not None else {**row, "verdict": ""}


def answer_of(found: Found) -> str:
    """Which cell costs least, with its interval, how sure that is, and what it gains over its baseline."""
    cell = found.order[0]
    cost, worlds = found.estimates[cell][DECIDES], len(found.runs[cell])
    said = f"{found.names[cell]} costs {'least: ' if len(found.cells) > 1 else ''}"
    said += f"${cost.estimate:.2f} per delivered parcel"
    said += f" (95 % interval ${cost.low:.2f} to ${cost.high:.2f})" if worlds > 1 else ""
    said = f"{said}, in {_worlds(worlds)}."
    if worlds > 1 and len(found.cells) > 1:
        chosen = best([effects_of(DECIDES, found.runs[one]) for one in sorted(found.runs)])
        said += _sureness(chosen.shortfall)
    change = found.differences.get(cell, {}).get(DECIDES)
    if change is not None and worlds > 1:
        base = found.names[found.cells[cell]["base"]]
        said += f" Against {base} that is {figure(change.estimate, 'USD', sign=True)} USD "
        said += f"(95 % interval {between(change, 'USD', sign=True)})."
    return said


def _sureness(shortfall: float) -> str:
    """What is known of the others: by how much one of them might be cheaper."""
    if math.isnan(shortfall):
        return ""
    more = f" by more than ${shortfall:.2f}" if shortfall else ""
    return f" With 95 % confidence no other is cheaper{more}."


def _worlds(count: int) -> str:
    return "1 world" if count == 1 else f"{count} worlds"


def _job(journal: Journal, cell: int) -> Job:
    said = journal.plan["cells"][cell]
    settings = {**said["settings"], "seed": journal.plan["seeds"][0]}
    return job_from(settings, Origin(overrides=tuple(said["words"])))


def _about(journal: Journal, found: Found, jobs: Mapping[str, Job]) -> dict[str, Any]:
    """What a manifest would say."""
    return {
        "seeds": journal.plan["seeds"],
        "versions": journal.plan["versions"],
        "platform": "any: the outcome does not depend on it",
        "data_sha256": {key: sha256 for job in jobs.values() for key, sha256 in data_files(job).items()},
        "kernel_events": sum(run["kernel_events"] for runs in found.runs.values() for run in runs),
        "config_sha256": sha256_of([cell["key"] for cell in found.cells]),
        "counted": next(iter(jobs.values())).counted,
    }


def _facts(journal: Journal, about: Mapping[str, Any]) -> dict[str, str]:
    """The provenance as people read it."""
    seeds = about["seeds"]
    return {
        "Again": "twin reproduce plays it again and compares; twin bundle packs it",
        "Cells": f"{len(journal.plan['cells'])}; words and whole configurations in sweep.json",
        "Worlds": f"{len(seeds)}, seeds {seeds[0]} to {seeds[-1]}; every cell played all of them with the same luck",
        "Counted": about["counted"],
        "Configuration": f"SHA-256 of all cells' keys {about['config_sha256']}",
        "Data files": "; ".join(f"{key} SHA-256 {said}" for key, said in about["data_sha256"].items()) or "none",
        "Versions": ", ".join(f"{name} {version}" for name, version in about["versions"].items()),
        "Intervals": "ratios of totals over the worlds, delete-one jackknife with Student's t; the unit is the run",
    }
