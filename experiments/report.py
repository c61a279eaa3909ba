"""A report that can be mailed: one HTML file that loads nothing and runs nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments import charts, maps
from experiments.answer import answer
from experiments.comparison import HEADLINE, LOWER_IS_BETTER, TITLES, Comparison
from experiments.costs import GROUPS, costs_per_parcel, used_groups
from experiments.provenance import Moved
from experiments.register import GRADES
from experiments.sketch import Sketch
from experiments.statistics import Interval
from experiments.tabulate import shown
from experiments.wording import between, figure, shown_unit
from twin.kpis import MEANING
from twin.ledger import Account

LIMITS = (
    "Worlds are drawn from models, not recorded: differences between arms are more certain than levels.",
    "An interval covers what the scenario can draw, not parameters that are wrong: vary those and compare again.",
    "Each interval is at 95 % on its own: among many arms or KPIs, one in twenty misses by chance.",
    "Numbers graded D or M have no source that was seen: replace them by your own, and vary them within their range.",
)


def report(
    found: Comparison, sketches: Mapping[str, Sketch], facts: Mapping[str, Any], numbers: Sequence[Moved] = ()
) -> str:
    """The page as text.

    Parameters
    ----------
    sketches : mapping
        Arm -> sketch of the first world.
    facts : mapping
        Label -> value, for the section on how to repeat it.
    numbers : sequence of Moved
        What moved the result, for the section on where the numbers come from.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    return pages.get_template("report.html.j2").render(
        found=found,
        answer=answer(found),
        headline=[_headline(found, name) for name in HEADLINE],
        accounts=_accounts(found),
        details=_details(found),
        facts=facts,
        grades=GRADES,
        numbers=[_number(one, found.arms) for one in numbers],
        limits=LIMITS,
        # matplotlib escapes the texts that it draws, so its SVG is markup that we may pass on
        map_svg=Markup(maps.maps(sketches)) if sketches else None,  # noqa: S704
        differences_svg=Markup(charts.differences(found)) if found.differences else None,  # noqa: S704
        breakdown_svg=Markup(charts.cost_breakdown(found)),  # noqa: S704
        groups=used_groups(found),
        modes=maps.used_modes(sketches),
        plane_svg=Markup(charts.cost_against_on_time(found)),  # noqa: S704
    )


def _number(one: Moved, arms: Sequence[str]) -> dict[str, Any]:
    said = one.line.evidence
    values = {arm: shown(one.values[arm]) if arm in one.values else "-" for arm in arms}
    same = not one.changed or len(set(values.values())) == 1
    return {
        "key": one.key,
        "changed": one.changed,
        "value": (shown(one.line.value) if one.values else "-") if same else None,
        "values": values,
        "default": shown(one.default),
        "unit": said.unit if said else "",
        "range": said.bounds if said else "",
        "outside": one.outside,
        "source": said.source if said else "a choice" if one.is_choice else "not in the register: yours",
        "grade": said.grade if said else "",
    }


def _headline(found: Comparison, name: str) -> dict[str, Any]:
    return {
        "title": TITLES[name],
        "unit": shown_unit(MEANING[name][0]),
        "meaning": MEANING[name][1],
        "rows": [_row(found, name, arm) for arm in found.arms],
    }


def _row(found: Comparison, name: str, arm: str) -> dict[str, Any]:
    difference, unit = found.differences.get(arm, {}).get(name), MEANING[name][0]
    return {
        "arm": arm,
        "estimate": _written(found.estimates[arm][name], unit),
        "difference": _written(difference, unit, sign=True) if difference else None,
        "verdict": _verdict(difference, name) if difference else "baseline",
    }


def _written(interval: Interval, unit: str, *, sign: bool = False) -> dict[str, str]:
    return {"value": figure(interval.estimate, unit, sign=sign), "range": between(interval, unit, sign=sign)}


def _verdict(difference: Interval, name: str) -> str:
    if not difference.excludes_zero:
        return "no difference shown"
    return "better" if (difference.estimate < 0) == (name in LOWER_IS_BETTER) else "worse"


def _accounts(found: Comparison) -> list[dict[str, Any]]:
    """One row for each cost account that any arm uses: USD per delivered parcel."""
    costs = {arm: costs_per_parcel(found, arm) for arm in found.arms}
    rows = [
        {"name": account.name.lower(), "group": group, "values": [costs[arm].get(account, 0.0) for arm in found.arms]}
        for group, (_, accounts) in GROUPS.items()
        for account in accounts
    ]
    return [row for row in rows if any(row["values"])]


def _details(found: Comparison) -> list[dict[str, Any]]:
    """Every other KPI, with its mean over the worlds."""
    others = [name for name in found.estimates[found.baseline] if name not in HEADLINE]
    return [
        {
            "name": name,
            "unit": shown_unit(MEANING[name][0]),
            "meaning": MEANING[name][1],
            "values": [figure(found.estimates[arm][name].estimate, MEANING[name][0]) for arm in found.arms],
        }
        for name in others
        if not name.startswith("cost_") or name.removeprefix("cost_").upper() not in Account.__members__
    ]
