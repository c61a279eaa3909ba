"""What changed during the day is counted as the ledger has it, and said in words that are true."""

from functools import cache

import numpy as np

from experiments.report import exhibits_of, report
from experiments.reporting.causes import COUNTED, by_trigger, changes, in_words
from experiments.reporting.replans import a_day, replans
from tests.experiments.studies import study
from tests.worlds import PLAIN, Restless, disturbed, everything
from twin.engine import Twin
from twin.entities import Trigger
from twin.kpis import kpis
from twin.ledger import Kind, Ledger
from twin.units import DAY, HOUR, MINUTE

SAID = {"order": [8, 5, 0, 0, 0, 0], "late": [3, 0, 4, 20, 600, 5_000_000], "all": [10, 5, 4, 20, 600, 5_000_000]}


@cache
def played() -> tuple[Twin, Ledger]:
    """Three days of a toy in which everything goes wrong, and a router that turns each tour round."""
    twin = Twin(disturbed(everything(2, 3)), PLAIN.replace(routing=Restless()))
    return twin, twin.run()


def test_counts_are_those_of_the_key_figures() -> None:
    """All plans and all changed tours are counted once, and tours, stops and dollars add up over their causes."""
    _, ledger = played()
    values, trace = kpis(ledger, DAY).values, ledger.trace.columns()
    found = by_trigger(trace[trace["time"] >= DAY])
    assert found["all"][0] == values["replans"] > 0
    assert found["all"][2] == values["tours_changed"] > 0
    parts = np.array([counts for name, counts in found.items() if name != "all"])
    assert parts[:, 1:].sum(axis=0).tolist() == found["all"][1:]
    assert parts[:, 0].sum() >= found["all"][0]


def test_a_tour_under_way_is_not_changed_for_what_concerns_the_floor() -> None:
    """The cause of a changed tour is one that concerns who is away, where a plan has several."""
    _, ledger = played()
    trace = ledger.trace.columns()
    causes = set(trace["cause"][trace["kind"] == Kind.RETOURED].tolist())
    assert causes
    assert causes.isdisjoint({Trigger.WAVE, Trigger.ORDER, Trigger.HOME, Trigger.LAUNCH})


def test_the_day_is_the_first_that_counts() -> None:
    """Every changed tour of that day is told once, with no more stops moved than it had ahead and one besides."""
    twin, ledger = played()
    told = changes(twin, ledger, DAY)
    trace = ledger.trace.columns()
    moved = trace[(trace["kind"] == Kind.RETOURED) & (trace["time"] >= DAY) & (trace["time"] < 2 * DAY)]
    tours = [change for change in told if "vehicle" in change]
    assert [change["time"] for change in tours] == moved["time"].tolist()
    assert all(change["moved"] <= change["ahead"] + 1 for change in tours)
    assert all(in_words(change).endswith(".") for change in told)


def test_a_change_in_words() -> None:
    """When, who, why, what moved, and what it was expected to save."""
    about = {"time": DAY + 10 * HOUR + 18 * MINUTE, "vehicle": 1, "depot": 0, "trigger": Trigger.TRAFFIC}
    change = about | {"moved": 8, "ahead": 57, "sooner_s": 130, "saves_usd6": 1_450_000}
    assert in_words(change) == (
        "10:18, vehicle 1 of depot 0: because traffic had changed, 8 stops of 57 ahead moved; "
        "expected home 2 min sooner, saving 1.45 USD."
    )
    assert "1 stop of 57 ahead moved; expected home 2 min later" in in_words(change | {"moved": 1, "sooner_s": -130})
    fresh = {"time": 12 * HOUR, "depot": 1, "trigger": Trigger.ORDER, "tours": 2}
    assert in_words(fresh) == "12:00, depot 1: because an order was packed, 2 tours set out before the next wave."


def test_the_report_shows_them() -> None:
    """A figure, a table by cause and a day in words for the arm that changed something; nothing where nobody did."""
    found = study({"static": 10.0, "rolling": 9.0}, worlds=4)
    assert replans(found) is None
    assert "What changed during the day" not in report(found, exhibits_of(found, {}), {})
    for record in found.records["rolling"]:
        record["portrait"]["replans"] = SAID
    change = {"time": 12 * HOUR, "depot": 1, "trigger": Trigger.ORDER, "tours": 2}
    found.records["rolling"][0]["changes"] = [change] * 50  # type: ignore[index]
    figures = a_day(found, "rolling")
    assert (figures["all"]["tours"].estimate, figures["late"]["sooner_s"].estimate) == (4.0, 10.0)
    page = report(found, exhibits_of(found, {}), {})
    assert "What changed during the day, and why" in page
    assert page.count(in_words(change)) == 40
    assert "And 10 more" in page
    drawn = replans(found)
    assert drawn is not None
    assert {row[:2] for row in drawn.rows} == {("rolling", name) for name in SAID}
    assert len(drawn.rows) == len(SAID) * len(COUNTED)
