"""How the figures of a report look, and how they become SVG that can stand inside a page.

Colours are those of Okabe & Ito (2008), which colour-blind readers tell apart; lines and markers differ too.
"""

import functools
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from experiments.statistics import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes  # noqa: PLC0414 - passed on to who draws
    from matplotlib.figure import Figure

P = ParamSpec("P")
R = TypeVar("R")

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
LOOKS = (
    (BLUE, "o", "-"), (RED, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"),
    (ORANGE, "v", (0, (5, 1))), (SKY, "P", (0, (3, 1, 1, 1))), (BLACK, "X", (0, (1, 1))), ("#777777", "*", (0, (8, 2))),
)  # fmt: skip
"""Colour, marker and line of each arm: any two of the three tell two arms apart without the third."""
HATCHES = ("", "//", "\\\\", "xx", "||", "--", "++", "/")
"""Of filled areas, so that they can be told apart in grey."""
STYLE = {
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "lastmile-twin",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#666666",
    "axes.linewidth": 0.8,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "text.parse_math": False,
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw with our style, and leave everybody else's as it is."""

    @functools.wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        from matplotlib import rc_context

        style: dict[Any, Any] = STYLE
        with rc_context(style):
            return draw(*args, **kwargs)

    return inside


def short(name: str, length: int = 28) -> str:
    """A name that leaves room for the drawing."""
    return name if len(name) <= length else f"{name[: length - 1]}\N{HORIZONTAL ELLIPSIS}"


def filled(index: int, colour: str) -> dict[str, Any]:
    """How an area is filled: by colour and by hatch."""
    hatch = HATCHES[index % len(HATCHES)]
    return {"facecolor": colour, "hatch": hatch, "edgecolor": "#00000088" if hatch else "#FFFFFF", "linewidth": 0.6}


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour (relative luminance of WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return "#FFFFFF" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 else BLACK


def label_piece(axes: "Axes", x: float, y: float, text: str, colour: str) -> None:
    """A number inside an area of this colour, on a ground without its hatch."""
    ground = {"facecolor": colour, "edgecolor": "none", "pad": 1.0}
    axes.text(x, y, text, ha="center", va="center", fontsize=8, color=ink_on(colour), bbox=ground)


def whisker(axes: "Axes", interval: Interval, row: float, look: tuple[Any, ...], scale: float = 1.0) -> None:
    """A horizontal interval with its estimate: filled when it excludes zero."""
    colour, marker = look[:2]
    inside = colour if interval.excludes_zero else "white"
    axes.plot([scale * interval.low, scale * interval.high], [row, row], color=colour, linewidth=1.8)
    axes.plot(scale * interval.estimate, row, marker=marker, color=colour, markerfacecolor=inside, markersize=6)


def colours(name: str) -> Callable[[float], Any]:
    """A scale of colours: a number from 0 to 1 -> its colour."""
    from matplotlib import colormaps

    scale: Callable[[float], Any] = colormaps[name]
    return scale


def scale_of(name: str, low: float, high: float) -> Any:
    """What a legend of a scale of colours between two values is made from."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    return ScalarMappable(Normalize(low, high), name)


def line_of(colour: str, style: Any) -> Any:
    """A line for a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour, linestyle=style, linewidth=1.6)


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def svg(figure: "Figure") -> str:
    """The figure as an ``<svg>`` element: no prologue, no metadata, no names that nothing refers to."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, dpi=200, transparent=True)
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), text)
    used = set(re.findall(r"#([\w.-]+)", text))
    return re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", text)
