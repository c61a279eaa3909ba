"""What it takes to believe, and to repeat, a result: ``manifest.json``."""

import json
import platform
import sys
from pathlib import Path
from typing import Any

from experiments.config import Job, data_files
from experiments.provenance import as_json, grades, moved
from experiments.versions import versions
from twin.files import write_text
from twin.kpis import Kpis
from twin.ledger import Ledger

SCHEMA = 1


def manifest(
    job: Job,
    ledger: Ledger,
    kpis: Kpis,
    events: int,
    wall_s: float,
    notes: tuple[str, ...] = (),
    forked: int | None = None,
) -> dict[str, Any]:
    """The provenance of one run.

    Parameters
    ----------
    events : int
        Kernel events played in this process.
    wall_s : float
        Seconds on the wall clock, from the drawn world to the closed books.
    notes : tuple of str
        What the world says of how it was made.
    forked : int, optional
        When its configuration became this one: ``twin fork`` changes it halfway.
    """
    prints = ledger.fingerprint()
    return {
        "schema": SCHEMA,
        "fingerprint": {
            "ledger": prints.both,
            "trace": prints.trace,
            "costs": prints.costs,
            "kpis": kpis.fingerprint(),
        },
        "config_sha256": job.sha256,
        "scenario": list(job.origin.packs),
        "seed": job.options.seed,
        "counted": job.counted,
        "data_sha256": data_files(job),
        "notes": list(notes),
        "versions": versions(),
        "platform": platform.platform(),
        "kernel_events": events,
        "ledger_events": len(ledger.trace),
        "wall_s": round(wall_s, 3),
        "peak_memory_mb": peak_memory_mb(),
        "grades": grades(job),
        "evidence": as_json(moved({"run": job})),
        **({} if forked is None else {"forked_ms": forked}),
    }


def peak_memory_mb() -> float | None:
    """The most memory that this process has had, in megabytes; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file that people can read, whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
