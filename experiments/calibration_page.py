"""The page of a calibration: one HTML file that loads nothing and runs nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.calibrated import values_text
from experiments.figures import BLACK, BLUE, new_figure, styled, svg
from experiments.wording import number
from scenarios.calibration.fit import Curve, Figure, Fit, Score

SCATTER = 40
"""A curve with more points than this is drawn with small ones."""


def page(found: Fit, base: str, facts: Mapping[str, str]) -> str:
    """The page as text.

    Parameters
    ----------
    base : str
        The choice whose other values are kept.
    facts : mapping
        Label -> value, for the section on where the numbers come from.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    return pages.get_template("calibration.html.j2").render(
        fit=found,
        title=f"{found.topic.capitalize()} fitted to {facts['Records']}",
        answer=answer(found),
        figures=[_figure(figure) for figure in found.figures],
        scores=[_score(score) for score in found.scores],
        # matplotlib escapes the texts that it draws, so its SVG is markup that we may pass on
        curves=[{"title": curve.title, "svg": Markup(draw(curve))} for curve in found.curves],  # noqa: S704
        base=base,
        values=values_text(found),
        facts=facts,
    )


def answer(found: Fit) -> str:
    """The outcome in two or three sentences."""
    lost = found.rows - found.used
    left = f"; {lost:,} could not be" if lost else ""
    said = [f"{found.used:,} of {found.rows:,} records are used{left}."]
    if found.scores:
        better = sum(score.model < score.baseline for score in found.scores)
        said.append(f"The model beats the simplest forecast in {better} of {len(found.scores)} held-out scores.")
    bounded = [figure for figure in found.figures if figure.low is not None and figure.high is not None]
    if bounded:
        inside = sum(within(figure) == "yes" for figure in bounded)
        said.append(f"{inside} of {len(bounded)} figures lie within the 95 % interval of the records.")
    return " ".join(said)


def within(figure: Figure) -> str:
    """Whether the model's figure lies in the interval of the records: yes, no, or nothing where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    return "yes" if figure.low <= figure.fitted <= figure.high else "no"


def change(score: Score) -> str:
    """The model's loss against the baseline's, in per cent."""
    return f"{100 * (score.model / score.baseline - 1):+.1f} %" if score.baseline else "-"


def _figure(figure: Figure) -> dict[str, Any]:
    bounded = figure.low is not None and figure.high is not None
    return {
        "name": figure.name,
        "observed": number(figure.observed),
        "range": f"{number(figure.low or 0.0)} to {number(figure.high or 0.0)}" if bounded else "",
        "fitted": number(figure.fitted),
        "within": within(figure),
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "model": number(score.model),
        "baseline": number(score.baseline),
        "change": change(score),
        "better": score.model < score.baseline,
    }


@styled
def draw(curve: Curve) -> str:
    """Records as points and the model as a line."""
    figure = new_figure(5.0, 3.2)
    axes = figure.add_subplot()
    size = 5.0 if len(curve.x) <= SCATTER else 2.0
    axes.plot(curve.x, curve.observed, "o", color=BLACK, markersize=size, label="records")
    axes.plot(curve.x, curve.fitted, "-", color=BLUE, linewidth=1.8, label="model")
    axes.set_title(curve.title)
    axes.set_xlabel(curve.x_label)
    axes.set_ylabel(curve.y_label)
    axes.grid(color="#EEEEEE")
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize=8)
    return svg(figure)
