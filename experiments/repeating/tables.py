"""The tables of a folder, made again from its runs: they must be the same to the last digit."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.answer import answer
from experiments.comparison import as_json, compared
from experiments.repeating.again import Again
from experiments.repeating.kept import Kept, read_json
from experiments.sweeping.collate import RESULTS, collated
from experiments.sweeping.journal import read_journal
from experiments.writeup import results


def tables_differ(kept: Kept, played: Sequence[Again]) -> list[str]:
    """Names of the tables of a folder that its runs, played again, do not give; none of a run folder."""
    if kept.kind == "comparison":
        return _comparison(kept.folder, played)
    if kept.kind == "sweep":
        return _sweep(kept.folder)
    return []


def _comparison(folder: Path, played: Sequence[Again]) -> list[str]:
    said = read_json(folder / "comparison.json")
    arms = list(dict.fromkeys(one.name for one in played))
    found = compared(str(said.get("question")), str(said.get("baseline")), arms, [one.record for one in played])
    made: dict[str, Any] = json.loads(json.dumps({"answer": answer(found), **as_json(found)}))
    same = {
        "comparison.json": made == said,
        "results.csv": results(found) == (folder / "results.csv").read_text(encoding="utf-8"),
    }
    return [name for name, is_same in same.items() if not is_same]


def _sweep(folder: Path) -> list[str]:
    from experiments.sweeping.source import file_table

    if not (folder / RESULTS).is_file():
        return []
    made = collated(read_journal(folder))
    return [] if file_table(folder / RESULTS).equals(made) else [RESULTS]
