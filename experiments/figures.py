"""How the figures of a report look, and how they become SVG that can stand inside a page.

Colours are those of Okabe & Ito (2008), which colour-blind readers tell apart; lines and markers differ too.
"""

import functools
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes  # noqa: PLC0414 - passed on to who draws
    from matplotlib.figure import Figure

P = ParamSpec("P")

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
STYLE = {
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


def styled(draw: Callable[P, str]) -> Callable[P, str]:
    """Draw with our style, and leave everybody else's as it is."""

    @functools.wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> str:
        from matplotlib import rc_context

        style: dict[Any, Any] = STYLE
        with rc_context(style):
            return draw(*args, **kwargs)

    return inside


def short(name: str, length: int = 28) -> str:
    """A name that leaves room for the drawing."""
    return name if len(name) <= length else f"{name[: length - 1]}\N{HORIZONTAL ELLIPSIS}"


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
