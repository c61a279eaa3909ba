"""The report of a sweep: all cells in one table, the cheapest ones drawn, and an answer that says how sure it is."""

import re
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import main
from experiments.sweeping.journal import Journal, read_journal
from experiments.sweeping.report import MOST_DRAWN, answer_of, found_in, write_report
from experiments.sweeping.shards import FOLDER, write_run
from tests.experiments.studies import record

WORDS = ("city=toy", "demand.parcels_per_day=12.0", "carriers=none", "days=1", "replications=2", "executor=serial")


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of four cells over two keys, each compared with vans."""
    folder = tmp_path_factory.mktemp("sweep") / "out"
    keys = ("fleet=vans,bikes", "policies/routing=nearest,insertion", "baseline=['fleet=vans']")
    assert main(["sweep", *WORDS, *keys, f"out={folder}"]) == 0
    return folder


def test_a_sweep_ends_with_its_report(swept: Path) -> None:
    """Question, answer with an interval, a row for each cell, figures with their data, the checklist; no script."""
    page = (swept / "report.html").read_text(encoding="utf-8")
    assert "What do fleet (vans, bikes) and policies/routing (nearest, insertion) do?" in page
    assert re.search(r"costs least: \$[\d.]+ per delivered parcel \(95 % interval", page)
    for cell in ("vans, nearest", "vans, insertion", "bikes, nearest", "bikes, insertion"):
        assert f'<th scope="row">{cell}</th>' in page
    assert "How it was done" in page
    assert "<script" not in page
    stems = {path.stem for path in (swept / "figures").iterdir()}
    assert stems >= {"cost_by_cause", "cost_against_on_time", "lateness", "success_by_area", "utilisation", "carbon"}


def test_the_report_is_that_of_the_unbroken_sweep(swept: Path) -> None:
    """Written again it is the same: nothing in it says when, where or by how many it was played."""
    before = (swept / "report.html").read_text(encoding="utf-8")
    write_report(read_journal(swept))
    assert (swept / "report.html").read_text(encoding="utf-8") == before


def journal(folder: Path, costs: list[float], bases: list[int | None]) -> Journal:
    """A sweep whose cells cost so much a parcel, in four worlds."""
    (folder / FOLDER).mkdir()
    cells: list[dict[str, Any]] = [
        {
            "number": n,
            "key": f"{n:02x}".ljust(64, "0"),
            "label": f"x={n}",
            "values": {"x": n},
            "base": base,
            "words": [f"x={n}"],
        }
        for n, base in enumerate(bases)
    ]
    for cell, cost in zip(cells, costs, strict=True):
        for seed in range(4):
            run = record(cell["label"], seed, cost * (1 + seed / 100))
            write_run(folder, cell["key"], {**run, "kernel_events": 1, "blocks": {}})
    return Journal(folder, {"cells": cells, "seeds": [0, 1, 2, 3], "versions": {}}, "d")


def test_the_cheapest_cell_is_named_with_its_gain(tmp_path: Path) -> None:
    """It is the one with the lowest cost, and its difference is from the cell that it is compared with."""
    found = found_in(journal(tmp_path, [10.0, 8.0, 9.0], [0, 0, 0]))
    assert found.order == (1, 2, 0)
    said = answer_of(found)
    assert said.startswith("x 1 costs least: $8.12 per delivered parcel (95 % interval ")
    assert "With 95 % confidence no other is cheaper." in said
    assert "Against x 0 that is -2.03 USD" in said


def test_what_is_not_known_is_not_said(tmp_path: Path) -> None:
    """Two cells that cost the same: neither is called cheaper than the other."""
    said = answer_of(found_in(journal(tmp_path, [10.0, 10.0], [None, None])))
    assert "With 95 % confidence no other is cheaper." in said
    assert "cheaper than" not in said
    assert "Against" not in said


def test_many_cells_are_not_drawn(tmp_path: Path) -> None:
    """Of a hundred cells the figures show the eight cheapest, with the cells that those are compared with."""
    from experiments.sweeping.report import _drawn

    found = found_in(journal(tmp_path, [10.0 + n for n in range(40)], [39] * 40))
    drawn = _drawn(found)
    assert len(drawn) == MOST_DRAWN
    assert set(drawn) == {*range(MOST_DRAWN - 1), 39}
