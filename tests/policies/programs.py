"""Programs for the tests of external policies: good ones at every port, and each way to go wrong."""

import sys
from importlib import import_module
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

DECISIONS = {
    "routing": "[]",
    "promising": '[{"slot": i, "price": 0} for i, s in enumerate(asked["slots"]) if s["booked"] < s["capacity"]]',
    "placement": '[{"mfc": 0, "sku": 1, "units": 1 + int(sum(asked["stock"][0]) < 0)}]',
    "carriers": 'min(range(len(asked["offers"])), key=lambda i: asked["offers"][i]["price"])',
    "recovering": "0",
    "notifying": 'asked["notice"]["channels"][:1]',
    "forecasting": '{"mean": [2] * len(d), "low": [1.5] * len(d), "high": [3] * len(d)} '
    'if (d := asked["orders_by_day"][-1]) else 0',
    "adapting": '[{"knob": "EVENING_FIRST", "key": 0, "value": 1, "why": "a test"}] if asked["success"] else []',
}
"""Python expressions that decide from what a program is asked."""


def program(folder: Path, decision: str, before: str = "", name: str = "mine.py") -> tuple[str, ...]:
    """The command of a program that decides so; ``before`` is done with each question."""
    (folder / name).write_text(
        dedent(
            """
            import json, os, sys, time

            for line in sys.stdin:
                asked = json.loads(line)
                if asked["type"] == "hello":
                    standing = asked["standing"]
                    answer = {"type": "hello", "protocol": 1}
                else:
            """
        )
        + indent(before or "pass", " " * 8)
        + f'\n        answer = {{"id": asked["id"], "decision": {decision}}}'
        + "\n    print(json.dumps(answer), flush=True)\n"
    )
    return (sys.executable, str(folder / name))


def external(port: str, command: tuple[str, ...], **parameters: Any) -> Any:
    """The external policy of a port."""
    return import_module(f"policies.{port}.external").External(command=command, **parameters)
