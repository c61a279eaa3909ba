"""Each figure shows its numbers, keeps them beside it, and can be read without colour."""

import csv
import io
import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.charts import cost_against_on_time, frontier
from experiments.costs import GROUPS
from experiments.figures import HATCHES, LOOKS, filled, ink_on
from experiments.report import exhibits_of
from experiments.reporting.doors import shares_of
from experiments.reporting.exhibit import Exhibit, write_exhibits
from experiments.reporting.portrait import merged
from experiments.reporting.spending import parts_of
from experiments.statistics import Interval
from tests.experiments.studies import drawn, pictured, study
from twin.ledger import Account

ARMS = {"vans": 10.0, "drones": 8.0, "bikes": 9.0}


@pytest.fixture(scope="module")
def made() -> list[Exhibit]:
    """The figures of a study of three arms."""
    found = study(ARMS, worlds=4)
    return exhibits_of(found, {arm: drawn() for arm in found.arms})


def test_every_figure_of_the_page_is_made(made: list[Exhibit]) -> None:
    """What a strategist asks has a figure of its own, and each figure has data under the names of its columns."""
    assert [one.name for one in made] == [
        "differences", "cost_by_cause", "difference_by_cause", "cost_against_on_time", "lateness", "success_by_area",
        "success_by_hour", "success_by_carrier", "utilisation", "carbon", "tours",
    ]  # fmt: skip
    assert all(len(row) == len(one.columns) for one in made for row in one.rows)
    assert all(one.rows and one.caption and one.svg.startswith("<svg") for one in made)


def test_figures_and_their_data_are_files(made: list[Exhibit], tmp_path: Path) -> None:
    """Beside the page stand NAME.svg and NAME.csv, whose rows are the figure's."""
    write_exhibits(tmp_path, made)
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {
        f"{one.name}.{kind}" for one in made for kind in ("svg", "csv")
    }
    rows = list(csv.reader(io.StringIO((tmp_path / "figures" / "carbon.csv").read_text(encoding="utf-8"))))
    assert rows[0] == ["arm", "mode_or_carrier", "g_co2e_per_delivered_parcel"]
    assert float(rows[1][2]) == pytest.approx(200.0)


def test_a_formula_in_a_name_stays_a_text() -> None:
    """A spreadsheet that opens the data computes nothing; what is not defined is empty."""
    data = Exhibit("x", "", "", "", ("arm", "value"), [("=1+1", float("nan"))]).data
    assert data == "arm,value\n'=1+1,\n"


def test_arms_can_be_told_apart_without_colour() -> None:
    """Any two of the first eight arms differ in marker and in line, any two kinds of cost in hatch."""
    assert len({marker for _, marker, _ in LOOKS}) == len({str(line) for *_, line in LOOKS}) == len(LOOKS)
    assert len(set(HATCHES)) == len(HATCHES) >= len(GROUPS)
    assert len({filled(index, colour)["hatch"] for index, (colour, _) in enumerate(GROUPS.values())}) == len(GROUPS)


@pytest.mark.parametrize("colour", [colour for colour, _ in GROUPS.values()])
def test_a_label_can_be_read_on_its_ground(colour: str) -> None:
    """The contrast of text on a piece is at least 4.5 (WCAG 2, AA)."""
    bright, dark = sorted((_luminance(colour), _luminance(ink_on(colour))), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_parts_of_a_difference_are_the_difference() -> None:
    """What the difference is made of adds up to it, and the price at which it turns makes both cost the same."""
    found = study(ARMS, worlds=5)
    for arm, said in found.differences.items():
        mine = [part for part in parts_of(found) if part.arm == arm]
        whole = said["cost_per_delivered_parcel"].estimate
        assert sum(part.difference.estimate for part in mine) == pytest.approx(whole)
        for part in mine:
            if part.turn is not None:
                assert whole + (part.turn - 1) * part.difference.estimate == pytest.approx(0.0, abs=1e-9)


def test_kinds_of_cost_are_all_costs() -> None:
    """Each cost account belongs to one kind."""
    kinds = [account for _, accounts in GROUPS.values() for account in accounts]
    assert sorted(kinds) == [account for account in Account if account.is_cost]


def test_nobody_on_the_frontier_is_beaten_and_everybody_else_is() -> None:
    """An arm is on the line exactly when no other is as cheap and as punctual, and better in one of both."""
    found = study({f"a{n}": 10.0 for n in range(7)}, worlds=3)
    spots = [(5, 0.9), (6, 0.95), (7, 0.93), (5, 0.8), (9, 0.99), (9, 0.99), (4, 0.5)]
    for arm, (cost, share) in zip(found.arms, spots, strict=True):
        found.estimates[arm]["cost_per_delivered_parcel"] = Interval(cost, cost, cost)
        found.estimates[arm]["on_time"] = Interval(share, share, share)
    assert frontier(found) == ["a6", "a0", "a1", "a4", "a5"]
    assert [row[-1] for row in cost_against_on_time(found).rows] == [True, True, False, False, True, True, True]


def test_portraits_add_up() -> None:
    """The portrait of several runs is the sum of theirs, whatever labels each has."""
    one, other = pictured(0), pictured(1, carrier="regional")
    both = merged([one, other])
    assert both["way"]["van"] == [2 * count for count in one["way"]["van"]]
    assert both["way"]["national"] == one["way"]["national"]
    assert both["late"]["-4"] == [one["late"]["-4"][0] + other["late"]["-4"][0]]


def test_a_share_over_worlds_has_an_interval() -> None:
    """Successes over attempts of all worlds, with the jackknife's interval; where one world has all attempts, none."""
    found = study(ARMS, worlds=4)
    tried, worked, share = shares_of(found, "vans", "hour")["12"]
    assert (tried, worked) == (220, 50 + 49 + 48 + 50)
    assert share.estimate == pytest.approx(worked / tried)
    assert share.low < share.estimate < share.high
    alone = replace(found, records={"vans": tuple(_only(run, n == 0) for n, run in enumerate(found.records["vans"]))})
    assert shares_of(alone, "vans", "hour")["12"][2].low != shares_of(alone, "vans", "hour")["12"][2].low


def _only(run: Mapping[str, Any], keep: bool) -> dict[str, Any]:
    return {**run, "portrait": pictured(0) if keep else {"hour": {}}}


def test_many_arms_are_drawn() -> None:
    """Eleven arms make every figure, though looks repeat."""
    found = study({f"a{n}": 10.0 + n for n in range(11)}, worlds=2)
    assert len(list(itertools.chain(*(one.rows for one in exhibits_of(found, {}))))) > 100
