"""The map of how often somebody took the parcel, by area."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.comparison import Comparison
from experiments.figures import colours, new_figure, scale_of, short, styled, svg
from experiments.reporting.doors import FEW, portraits
from experiments.reporting.exhibit import Exhibit
from experiments.reporting.portrait import merged
from scenarios.cells import outline
from scenarios.places import DEGREE_M

if TYPE_CHECKING:
    from experiments.figures import Axes

SHADES = "cividis"
"""Rises in brightness from end to end, and is made for colour-blind eyes (Nunez, Anderton & Renslow 2018)."""


@styled
def success_by_area(found: Comparison) -> Exhibit:
    """The share of attempts that succeeded in each area, a map for each arm, in one scale."""
    tables = {arm: merged(portraits(found, arm)).get("area", {}) for arm in found.arms}
    rings = _rings({cell for table in tables.values() for cell in table})
    shares = [worked / tried for table in tables.values() for tried, worked in table.values() if tried >= FEW]
    low = np.floor(20 * min(shares, default=0.0)) / 20
    columns = min(4, len(found.arms))
    lines = -(-len(found.arms) // columns)
    figure = new_figure(9.2, 0.4 + lines * (9.2 / columns) * 0.98)
    panels = []
    for index, arm in enumerate(found.arms):
        axes = figure.add_subplot(lines, columns, index + 1)
        panels.append(axes)
        _panel(axes, tables[arm], rings, low)
        axes.set_title(short(arm, 24), fontsize=9)
    bar = figure.colorbar(scale_of(SHADES, 100 * low, 100), ax=panels, location="bottom", shrink=0.5, aspect=40)
    bar.set_label("attempts that succeed, %", fontsize=8)
    return Exhibit(
        "success_by_area",
        "Success by area",
        f"Attempts at the door that succeed, by area (H3 cell); brighter is better. White: fewer than {FEW} "
        "attempts in "
        "all worlds. North is up.",
        svg(figure),
        ("arm", "area_h3", "attempts", "successes", "share"),
        [
            (arm, cell, tried, worked, worked / tried)
            for arm, table in tables.items()
            for cell, (tried, worked) in sorted(table.items())
        ],
    )


def _panel(axes: "Axes", table: Mapping[str, Sequence[int]], rings: Mapping[str, Any], low: float) -> None:
    shade = colours(SHADES)
    for cell, ring in rings.items():
        tried, worked = table.get(cell, (0, 0))
        enough = tried >= FEW
        colour = shade((worked / tried - low) / (1.0 - low or 1.0)) if enough else "#FFFFFF"
        axes.fill(*ring.T, facecolor=colour, edgecolor="#999999", linewidth=0.4)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _rings(cells: set[str]) -> dict[str, Any]:
    """Cell -> its corners, (corners, 2), in kilometres east and north."""
    found = {cell: np.array(outline(int(cell, 16))) for cell in sorted(cells)}
    if not found:
        return {}
    shrink = np.cos(np.radians(np.mean([ring[:, 0].mean() for ring in found.values()])))
    return {
        cell: np.stack([ring[:, 1] * DEGREE_M * shrink, ring[:, 0] * DEGREE_M], axis=1) / 1000
        for cell, ring in found.items()
    }
