"""A report that can be mailed: one HTML file that loads nothing and runs nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments import charts, maps
from experiments.answer import answer
from experiments.comparison import HEADLINE, LOWER_IS_BETTER, TITLES, Comparison
from experiments.costs import GROUPS, costs_per_parcel
from experiments.provenance import Moved
from experiments.register import GRADES
from experiments.reporting import areas, doors, fleet, replans, spending
from experiments.reporting.checklist import Item
from experiments.reporting.exhibit import Exhibit
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
    "No overheads, stores, cost of goods or taxes; carbon of vehicles and carriers, not of buildings or packaging.",
)


def exhibits_of(found: Comparison, sketches: Mapping[str, Sketch]) -> list[Exhibit]:
    """The figures of a comparison, with their data, in the order of the page.

    Parameters
    ----------
    sketches : mapping
        Arm -> sketch of the first world.
    """
    made = [charts.differences(found)] if found.differences else []
    made.append(spending.cost_by_cause(found))
    if found.differences:
        made.append(spending.difference_by_cause(found, spending.parts_of(found)))
    made.append(charts.cost_against_on_time(found))
    if all("portrait" in record for records in found.records.values() for record in records):
        made += [
            doors.lateness(found),
            areas.success_by_area(found),
            doors.success_by_hour(found),
            doors.success_by_carrier(found),
            fleet.utilisation(found),
            fleet.carbon(found),
        ]
        changed = replans.replans(found)
        made += [changed] if changed else []
    return [*made, maps.maps(sketches)] if sketches else made


def report(
    found: Comparison,
    exhibits: Sequence[Exhibit],
    facts: Mapping[str, Any],
    numbers: Sequence[Moved] = (),
    checklist: Sequence[Item] = (),
    page: Mapping[str, Any] | None = None,
) -> str:
    """The page as text.

    Parameters
    ----------
    found : Comparison
        The arms that are drawn.
    facts : mapping
        Label -> value, for the section on how to repeat it.
    numbers : sequence of Moved
        What moved the result, for the section on where the numbers come from.
    checklist : sequence of Item
        How it was done, by the items of STRESS-DES.
    page : mapping, optional
        What stands on the page of a sweep instead of a comparison's: ``kicker``, ``answer``, ``against``, ``headline``
        and ``note``.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    worlds = "1 world" if len(found.seeds) == 1 else f"{len(found.seeds)} paired worlds"
    own = {
        "kicker": f"Comparison of {len(found.arms)} arms on {worlds}",
        "answer": answer(found),
        "against": found.baseline,
        "headline": headline(found),
        "note": "",
    }
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    return pages.get_template("report.html.j2").render(
        found=found,
        page=own | dict(page or {}),
        accounts=_accounts(found),
        details=_details(found),
        facts=facts,
        grades=GRADES,
        numbers=[_number(one, found.arms) for one in numbers],
        limits=LIMITS,
        checklist=checklist,
        turns=_turns(found),
        replans=_replans(found) if "replans" in {one.name for one in exhibits} else None,
        # matplotlib escapes the texts that it draws, so its SVG is markup that we may pass on
        figures={one.name: {"title": one.title, "caption": one.caption, "svg": Markup(one.svg)} for one in exhibits},  # noqa: S704
    )


def headline(found: Comparison) -> list[dict[str, Any]]:
    """The rows of the table that comes first: of each headline KPI a row for each arm."""
    return [{**title_of(name), "rows": [_row(found, name, arm) for arm in found.arms]} for name in HEADLINE]


def title_of(name: str) -> dict[str, str]:
    """What a headline KPI is called, its unit and its meaning."""
    return {"title": TITLES[name], "unit": shown_unit(MEANING[name][0]), "meaning": MEANING[name][1]}


def _row(found: Comparison, name: str, arm: str) -> dict[str, Any]:
    return row_of(name, arm, found.estimates[arm][name], found.differences.get(arm, {}).get(name))


def row_of(name: str, arm: str, estimate: Interval, difference: Interval | None) -> dict[str, Any]:
    """An arm's row of a headline KPI; without a difference it is the baseline."""
    unit = MEANING[name][0]
    return {
        "arm": arm,
        "estimate": _written(estimate, unit),
        "difference": _written(difference, unit, sign=True) if difference else None,
        "verdict": _verdict(difference, name) if difference else "baseline",
    }


def _written(interval: Interval, unit: str, *, sign: bool = False) -> dict[str, str]:
    return {"value": figure(interval.estimate, unit, sign=sign), "range": between(interval, unit, sign=sign)}


def _verdict(difference: Interval, name: str) -> str:
    if not difference.excludes_zero:
        return "no difference shown"
    return "better" if (difference.estimate < 0) == (name in LOWER_IS_BETTER) else "worse"


def _turns(found: Comparison) -> list[dict[str, str]]:
    """What the difference of the cheapest other arm hangs on: its parts, and the price at which each would turn it."""
    costs = {arm: said["cost_per_delivered_parcel"].estimate for arm, said in found.differences.items()}
    if not costs:
        return []
    arm = min(costs, key=costs.__getitem__)
    return [
        {
            "arm": arm,
            "label": part.label,
            "difference": figure(part.difference.estimate, "USD", sign=True),
            "range": between(part.difference, "USD", sign=True),
            "turn": "at no price" if part.turn is None else f"{100 * (part.turn - 1):+.0f} %",
        }
        for part in spending.parts_of(found)
        if part.arm == arm
    ]


def _replans(found: Comparison) -> dict[str, Any]:
    """What planning between the waves changed: by trigger, and one day in words."""
    return {
        "headings": replans.headings(),
        "arms": replans.table(found),
        "day": replans.day_in_words(found),
        "seed": found.seeds[0],
    }


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
        "set_by": _set_by(one),
        "source": said.source if said else "a choice" if one.is_choice else "not in the register: yours",
        "grade": said.grade if said else "",
    }


def _set_by(one: Moved) -> list[str]:
    """What set a number, once where it is the same for all arms that differ from the default."""
    distinct = set(one.set_by.values())
    return sorted(distinct) if len(distinct) < 2 else [f"{arm}: {said}" for arm, said in one.set_by.items()]


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
