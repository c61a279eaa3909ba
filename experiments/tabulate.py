"""Lines of the evidence register as a table for a terminal, CSV, JSON and Markdown."""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from experiments.say import say

if TYPE_CHECKING:
    from experiments.evidence import Line

COLUMNS = ("key", "value", "unit", "range", "source", "grade")
LONG = 24
"""Longer values are counted, not written out, where people read them."""


def shown(value: Any) -> str:
    """A value as YAML has it; of a long list, how many there are."""
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return f"{len(value)} values" if isinstance(value, list) and len(text) > LONG and len(value) > 5 else text


def fields(line: "Line") -> dict[str, Any]:
    """A line as plain data."""
    said = line.evidence
    return {
        "key": line.key,
        "value": line.value,
        "unit": said.unit if said else "",
        "range": said.bounds if said else "",
        "source": said.source if said else "not in the register: yours",
        "grade": said.grade if said else "",
        "note": _note(line),
    }


def _note(line: "Line") -> str:
    """What else should be known of a line: above all that its source vouches for another value."""
    notes = [line.evidence.note] if line.evidence and line.evidence.note else []
    if line.changed and line.evidence:
        notes.append("not the default, for which the source speaks")
    if line.evidence and not line.evidence.holds(line.value):
        notes.append("outside the range")
    return "; ".join(notes)


def show(chosen: Sequence["Line"]) -> None:
    """A table for each group, as wide as the terminal, and how many there are of each grade."""
    from rich.console import Console
    from rich.table import Table

    out = Console(highlight=False, markup=False)
    for group, part in groupby(chosen, key=lambda line: line.group):
        table = Table(title=group, title_justify="left", box=None, pad_edge=False, show_edge=False)
        table.add_column("key", overflow="fold", max_width=34)
        table.add_column("value", overflow="fold", max_width=16)
        table.add_column("unit", overflow="fold", max_width=10)
        table.add_column("range", overflow="fold", max_width=14)
        table.add_column("source", overflow="fold", ratio=1)
        table.add_column("grade", min_width=5)
        for line in part:
            said = fields(line)
            source = f"{said['source']} [{said['note']}]" if said["note"] else said["source"]
            key = line.key.removeprefix(f"{group}.")
            table.add_row(key, shown(line.value), said["unit"], said["range"], source, said["grade"])
        out.print(table)
        out.print()
    out.print(_counted(chosen))


def _counted(chosen: Sequence["Line"]) -> str:
    grades = Counter(line.evidence.grade[0] if line.evidence else "none" for line in chosen)
    return f"{len(chosen)} values: " + ", ".join(f"{grades[grade]} {grade}" for grade in sorted(grades))


def as_json(chosen: Sequence["Line"]) -> None:
    """A list of objects."""
    say(json.dumps([fields(line) for line in chosen], indent=1, ensure_ascii=False))


def as_csv(chosen: Sequence["Line"]) -> None:
    """One row a value; lists are written as JSON."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*COLUMNS, "note"])
    for line in chosen:
        said = fields(line) | {"value": shown(line.value) if isinstance(line.value, str) else json.dumps(line.value)}
        table.writerow([said[column] for column in (*COLUMNS, "note")])
    say(text.getvalue().rstrip("\n"))


def as_markdown(chosen: Sequence["Line"]) -> None:
    """One table."""
    say(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for line in chosen:
        said = fields(line) | {"key": f"`{line.key}`", "value": f"`{shown(line.value)}`"}
        said["source"] += f" [{said['note']}]" if said["note"] else ""
        say(f"| {' | '.join(str(said[column]).replace('|', chr(92) + '|') for column in COLUMNS)} |")
