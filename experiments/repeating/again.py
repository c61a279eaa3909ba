"""Playing a kept run again, and saying what differs first."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.config import file_sha256, job_from
from experiments.gate.marks import exact
from experiments.pool import news
from experiments.repeating.blocks import first_difference
from experiments.repeating.kept import Kept, Past, files_in
from experiments.versions import versions
from scenarios.build import draw_world
from twin.engine import Twin
from twin.errors import InputError
from twin.kpis import Kpis, kpis
from twin.ledger import Ledger

SHOWN = 5
"""Figures that are told of a run that differs."""


@dataclass(frozen=True)
class Again:
    """What came of playing a run again.

    Attributes
    ----------
    differs : tuple of str
        Sentences; none when all is as it was.
    record : dict
        Arm, seed, totals, values and fingerprint of now, as in a comparison.
    """

    name: str
    seed: int
    events: int
    differs: tuple[str, ...]
    record: dict[str, Any]


def play_again(past: Past) -> Again:
    """Play a run again.

    Raises
    ------
    InputError
        If its configuration cannot be played here.
    """
    job = job_from(past.settings)
    first = job if past.before is None else job_from(past.before.settings)
    twin = Twin(draw_world(first.scenario, past.seed), first.policies)
    if past.before is not None:
        twin.run(past.before.until)
        twin = twin.fork(policies=job.policies, world=draw_world(job.scenario, past.seed))
    ledger = twin.run(job.until)
    found = kpis(ledger, first.warmup)
    news(past.name)
    record = {
        "arm": past.name,
        "seed": past.seed,
        "totals": found.totals,
        "values": found.values,
        "fingerprint": ledger.fingerprint().both,
    }
    return Again(past.name, past.seed, len(ledger.trace), tuple(_differences(past, ledger, found)), record)


def _differences(past: Past, ledger: Ledger, found: Kpis) -> list[str]:
    prints = ledger.fingerprint()
    now = {"ledger": prints.both, "trace": prints.trace, "costs": prints.costs, "kpis": found.fingerprint()}
    figures = _figures(past.values, found.values)
    if all(now[name] == was for name, was in past.fingerprints.items() if name in now) and not figures:
        return []
    if prints.both == past.fingerprints["ledger"]:
        return ["Every event is the same; the key figures are counted otherwise.", *figures]
    return [*_first(past, ledger), *figures]


def _first(past: Past, ledger: Ledger) -> list[str]:
    if past.ledger is not None:
        return exact(ledger, read_ledger(past.ledger))
    return [first_difference(ledger, past.blocks)] if past.blocks else []


def _figures(then: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    changed = [name for name in dict.fromkeys([*then, *now]) if then.get(name) != now.get(name)]
    told = ", ".join(f"{name} {_said(then.get(name))} -> {_said(now.get(name))}" for name in changed[:SHOWN])
    more = f", and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
    return [f"Figures: {told}{more}."] if changed else []


def _said(value: float | None) -> str:
    return "none" if value is None else f"{value:,.6g}"


def read_ledger(path: Path) -> Ledger:
    """A ledger.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        return Ledger.read(path)
    except Exception as error:  # whatever a stranger's file makes the reader stumble over
        raise InputError(f"{path}: is no ledger that twin wrote ({type(error).__name__}); restore it") from None


def check_ledgers(kept: Kept) -> None:
    """Refuse a folder whose ledger is not the one of its manifest.

    Raises
    ------
    InputError
        Naming the file.
    """
    for past in kept.runs:
        if past.ledger is not None and read_ledger(past.ledger).fingerprint().both != past.fingerprints["ledger"]:
            raise InputError(f"{past.ledger}: is not the ledger of its manifest; restore the folder")


def check_data(kept: Kept) -> None:
    """Refuse data files that are not those that were read then.

    Raises
    ------
    InputError
        Naming the file.
    """
    for past in kept.runs:
        for key, path in files_in(past.settings):
            was = kept.data.get(path)
            if was and file_sha256(key, Path(path)) != was:
                raise InputError(f"{key}(={path}) has changed since {kept.folder} was written; restore it")


def changed_versions(kept: Kept) -> list[str]:
    """What is of another version now, in words."""
    now = versions()
    return [f"{name} {was} then, {now.get(name, 'none')} now" for name, was in kept.versions.items()
            if now.get(name) != was]  # fmt: skip
