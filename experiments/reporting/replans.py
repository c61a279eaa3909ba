"""What planning between the waves changed, and why: by trigger over all worlds, and one day in words."""

import math
from collections.abc import Sequence
from typing import Any

from experiments.charts import arm_look
from experiments.comparison import Comparison
from experiments.figures import new_figure, short, styled, svg, whisker
from experiments.reporting.causes import COUNTED, WHY, in_words
from experiments.reporting.doors import portraits
from experiments.reporting.exhibit import Exhibit
from experiments.statistics import Interval, ratio
from experiments.wording import between, figure, number

FIGURES = {
    "plans": ("Plans that changed something", 1.0, ""),
    "new_tours": ("New tours", 1.0, ""),
    "tours": ("Tours changed under way", 1.0, ""),
    "stops": ("Stops moved", 1.0, ""),
    "sooner_s": ("Expected home sooner, minutes", 1 / 60, ""),
    "saves_usd6": ("Expected saving, USD", 1e-6, "USD"),
}
"""What is shown of them a day: its title, its scale, its unit."""
SIGNED = ("sooner_s", "saves_usd6")
"""Figures that may be negative."""
MOST = 40
"""Changes of the example day that are written out."""


def table(found: Comparison) -> list[dict[str, Any]]:
    """Of each arm that changed anything: a row for each trigger with its figures a day, each with its interval."""
    return [
        {
            "arm": arm,
            "rows": [
                {
                    "trigger": trigger,
                    "cells": [
                        {"value": _shown(said.estimate, unit), "range": _range(said, unit)}
                        for said, (_, _, unit) in zip(figures.values(), FIGURES.values(), strict=True)
                    ],
                }
                for trigger, figures in own.items()
            ],
        }
        for arm in found.arms
        if (own := a_day(found, arm))
    ]


def day_in_words(found: Comparison) -> list[dict[str, Any]]:
    """Of each arm the changes of the first counted day of the first world, the first :data:`MOST` of them."""
    told = {arm: found.records[arm][0].get("changes") or () for arm in found.arms}
    return [
        {"arm": arm, "lines": [in_words(change) for change in said[:MOST]], "more": max(len(said) - MOST, 0)}
        for arm, said in told.items()
        if said
    ]


def a_day(found: Comparison, arm: str) -> dict[str, dict[str, Interval]]:
    """Trigger -> figure of :data:`FIGURES` a counted day, over worlds; all together last."""
    runs = portraits(found, arm)
    days = [run.get("days", {}).get("", [0])[0] for run in runs]
    tables = [run.get("replans", {}) for run in runs]
    names = (*(trigger.name.lower() for trigger in WHY), "all")
    present = [name for name in names if any(name in own for own in tables)]
    if not present:
        return {}
    counts = {name: [own.get(name, [0] * len(COUNTED)) for own in tables] for name in present}
    return {
        name: {
            figure_: _at_least_none(figure_, ratio([scale * row[place] for row in rows], days))
            for place, (figure_, (_, scale, _)) in enumerate(FIGURES.items())
        }
        for name, rows in counts.items()
    }


def _at_least_none(name: str, said: Interval) -> Interval:
    """The interval; of a count without what is below nothing."""
    return said if name in SIGNED else said.within(0.0, math.inf)


def _shown(value: float, unit: str) -> str:
    return figure(value, unit) if unit else number(round(value, 1))


def _range(said: Interval, unit: str) -> str:
    if unit:
        return between(said, unit)
    return f"{_shown(said.low, unit)} to {_shown(said.high, unit)}"


@styled
def replans(found: Comparison) -> Exhibit | None:
    """Of each trigger how many stops it moved a day and what that was expected to save, for each arm; None if none."""
    seen = {arm: said for arm in found.arms if (said := a_day(found, arm))}
    if not seen:
        return None
    names = [*(t.name.lower() for t in WHY if any(t.name.lower() in own for own in seen.values())), "all"]
    drawn = new_figure(9.2, 1.4 + len(names) * (0.17 * len(seen) + 0.16))
    step = 0.8 / len(seen)
    for index, name in enumerate(("tours", "stops", "saves_usd6")):
        axes = drawn.add_subplot(1, 3, index + 1)
        for place, (arm, own) in enumerate(seen.items()):
            look = arm_look(found, arm)
            for row, trigger in enumerate(names):
                if trigger in own:
                    whisker(axes, own[trigger][name], row - 0.4 + step * (place + 0.5), look)
            axes.plot([], [], color=look[0], marker=look[1], linestyle="none", label=short(arm) if not index else None)
        axes.axvline(0, color="#666666", linewidth=0.9)
        for row in range(1, len(names)):
            axes.axhline(row - 0.5, color="#DDDDDD", linewidth=0.8)
        axes.set_yticks(range(len(names)), names if index == 0 else [""] * len(names))
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_title(FIGURES[name][0], fontsize=9)
        axes.set_xlabel("a day", fontsize=8)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="#EEEEEE")
        axes.set_axisbelow(True)
    drawn.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return Exhibit(
        "replans",
        "What was changed during the day",
        "Tours that were changed under way, the stops that moved in them, and what the router expected to save by it: "
        "a day, by cause, with 95 % intervals over worlds. Expected is not realised: what planning during the day is "
        "worth is the difference between arms.",
        svg(drawn),
        ("arm", "trigger", "figure_a_day", "estimate", "low", "high"),
        [
            (arm, trigger, _column(name), said.estimate, said.low, said.high)
            for arm, own in seen.items()
            for trigger, figures in own.items()
            for name, said in figures.items()
        ],
    )


def _column(name: str) -> str:
    return {"sooner_s": "sooner_home_min", "saves_usd6": "expected_saving_usd"}.get(name, name)


def headings() -> Sequence[str]:
    """Titles of the table's columns."""
    return [title for title, _, _ in FIGURES.values()]
