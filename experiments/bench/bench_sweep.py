"""What a sweep costs beside its runs, and how long its table takes.

pytest experiments/bench/bench_sweep.py -o python_files='bench_*.py' -o python_functions='bench_*' -s
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from experiments.sweeping.collate import RESULTS, collated, write_table
from experiments.sweeping.journal import Journal, read_journal
from experiments.sweeping.shards import FOLDER, write_run
from experiments.worker import play_arm

WORDS = ("city=toy", "demand.parcels_per_day=45.0", "carriers=none", "fleet=vans,bikes", "days=3")
ROUTING = "policies/routing=nearest,insertion"
SEEDS = 250
SAMPLE = 25
"""Seeds whose runs are timed alone."""
MOST_OVERHEAD = 0.10
SHARDS = 10_000
MOST_SECONDS = 5.0


def bench_a_sweep_costs_little_beside_its_runs(tmp_path: Path) -> None:
    """CPU seconds of a whole command with two workers, against those of its runs alone."""
    code = "import sys; from experiments.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "sweep", *WORDS, ROUTING, f"replications={SEEDS}", "out=out"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    root = str(Path(__file__).parents[2])
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, check=True, capture_output=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    runs = _alone(read_journal(tmp_path / "out")) * SEEDS / SAMPLE
    count = 4 * SEEDS
    print(f"\n{count} runs of {runs / count:.3f} s: {runs:.1f} s alone, {whole:.1f} s in all, {whole / runs:.3f} x")
    assert whole / runs < 1 + MOST_OVERHEAD


def _alone(journal: Journal) -> float:
    """CPU seconds of playing a sample of the seeds, each world drawn once."""
    cells = [cell["settings"] for cell in journal.plan["cells"]]
    play_arm("warm", 0, cells[0], {}, False)
    began = time.process_time()
    for seed in journal.plan["seeds"][:: SEEDS // SAMPLE]:
        worlds: dict[str, object] = {}
        for settings in cells:
            play_arm("cell", seed, {**settings, "seed": seed}, worlds, False)  # type: ignore[arg-type]
    return time.process_time() - began


def bench_ten_thousand_runs_are_collated_in_seconds(tmp_path: Path) -> None:
    """From as many files to one table on disk."""
    values = {f"kpi_{number}": number / 7 for number in range(60)}
    shown = {"area": {f"88261b51{area:02x}fffff": [area, area] for area in range(60)}, "late": {}, "hour": {}}
    marks = "A" * 1368
    blocks = {"trace": marks, "costs": marks, "events": 1, "postings": 1, "events_a_block": 1, "postings_a_block": 1}
    cells = [
        {
            "number": n,
            "key": f"{n:02x}".ljust(64, "0"),
            "values": {"x": n},
            "label": f"x={n}",
            "base": None,
            "settings": {},
            "data": {},
        }
        for n in range(10)
    ]
    (tmp_path / FOLDER).mkdir()
    seeds = list(range(SHARDS // len(cells)))
    for cell in cells:
        for seed in seeds:
            write_run(
                tmp_path,
                str(cell["key"]),
                {
                    "seed": seed,
                    "fingerprint": "f" * 64,
                    "kernel_events": 1,
                    "values": values,
                    "blocks": blocks,
                    "portrait": shown,
                },
            )
    journal = Journal(tmp_path, json.loads(json.dumps({"cells": cells, "seeds": seeds})), "d")
    wall, cpu = time.perf_counter(), time.process_time()
    table = collated(journal)
    write_table(tmp_path / RESULTS, table)
    assert len(table) == SHARDS
    print(f"\n{SHARDS} runs: {time.process_time() - cpu:.1f} s of CPU, {time.perf_counter() - wall:.1f} s on the clock")
    assert time.process_time() - cpu < MOST_SECONDS
