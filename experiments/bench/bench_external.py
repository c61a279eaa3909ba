"""What a question to a program costs, against the same policy in the process.

pytest experiments/bench/bench_external.py -o python_files='bench_*.py' -o python_functions='bench_*' -s
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from policies.carriers.cheapest import Cheapest
from policies.carriers.external import External
from policies.cases import cases, plain_view
from policies.routing.external import External as Router
from policies.routing.nearest import NearestNeighbour
from policies.waves import wave

CHEAPEST = 'min(range(len(asked["offers"])), key=lambda i: asked["offers"][i]["price"])'
PROGRAM = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    hello = asked["type"] == "hello"
    answer = {"type": "hello", "protocol": 1} if hello else {"id": asked["id"], "decision": DECISION}
    print(json.dumps(answer), flush=True)
"""


def program(folder: Path, decision: str) -> tuple[str, ...]:
    """The command of a program that decides so."""
    (folder / "mine.py").write_text(PROGRAM.replace("DECISION", decision))
    return (sys.executable, str(folder / "mine.py"))


def micros(ask: Callable[[], Any], times: int) -> tuple[float, float]:
    """Microseconds of the wall clock, and of this process's CPU, for a question."""
    ask()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        ask()
    return (time.perf_counter() - wall) / times * 1e6, (time.process_time() - cpu) / times * 1e6


def bench_small_questions(tmp_path: Path) -> None:
    """A parcel's carrier: in the process, and over the line."""
    args = cases("carriers")[0].args
    inside, outside = Cheapest(), External(command=program(tmp_path, CHEAPEST))
    assert outside(*args) == inside(*args)
    here = micros(lambda: inside(*args), 2_000)
    there = micros(lambda: outside(*args), 2_000)
    print(
        f"\na carrier: {here[0]:.1f} us in the process; over the line {there[0]:.0f} us, {there[1]:.0f} us CPU of ours"
    )


def bench_waves(tmp_path: Path) -> None:
    """A wave to a router that plans nothing: what its matrices cost on the way."""
    router = Router(command=program(tmp_path, "[]"))
    for stops in (50, 200, 500):
        view = plain_view(0, dispatch=wave(stops, 5))
        there = micros(lambda view=view: router(view), 5)  # type: ignore[misc]
        here = micros(lambda view=view: NearestNeighbour()(view), 2)  # type: ignore[misc]
        print(
            f"a wave of {stops} stops: {there[0] / 1e3:.1f} ms on the way, {there[1] / 1e3:.1f} ms CPU of ours; the "
            f"baseline plans it in {here[0] / 1e3:.1f} ms"
        )
