"""The reference pages are complete: events, accounts, causes, KPIs, laws, commands, exit statuses."""

import re
from typing import Any

import pytest

from experiments.cli import COMMANDS
from experiments.explain import BUG, WRONG_INPUT
from experiments.gate.check import FAILED, UNDECIDED
from tests.source import ROOT
from tests.tables import cells, page, table
from twin.entities import Cause, Channel, Knob, Mode, Remedy
from twin.kpis import MEANING, RATIOS
from twin.ledger import Account, Kind
from twin.ports import PORTS
from twin.state import Status


@pytest.mark.parametrize(
    ("heading", "members"), [("The trace", Kind), ("Accounts", Account), ("Causes", Cause)], ids=str
)
def test_every_event_is_on_the_page(heading: str, members: Any) -> None:
    """Each kind, account and cause stands there with its number and a word on what it is."""
    assert table("events", heading) == {member.name: str(member.value) for member in members}
    assert all(table("events", heading, 2).values())


@pytest.mark.parametrize("members", [Status, Mode, Remedy, Channel, Knob], ids=lambda members: str(members.__name__))
def test_every_number_in_an_event_is_on_the_page(members: Any) -> None:
    """Each number that an event may hold is named."""
    named = ", ".join(f"{member.value} {member.name.lower().replace('_', ' ')}" for member in members)
    assert named in page("events")


def test_every_figure_is_on_the_page() -> None:
    """Each KPI stands there once with its unit, its meaning, and the totals of a ratio."""
    rows = {row[0].strip("`"): row for _, row in cells("kpis")}
    costs = {f"cost_{account.name.lower()}" for account in Account if account.is_cost}
    said = {name: (unit, text) for name, (unit, text) in MEANING.items() if name not in costs}
    assert rows.keys() == MEANING.keys()
    assert {name: (rows[name][1] or "1", rows[name][2]) for name in said} == said
    assert {name: rows[name][3] for name in RATIOS} == {
        n: f"`{above}` / `{below}`" for n, (above, below) in RATIOS.items()
    }


def test_every_law_is_on_the_page() -> None:
    """I1 to I16 stand there, each with a file that names it."""
    laws = re.findall(r"^\| (I\d+) \|.*\| `([\w/]+\.py)` \|$", page("invariants"), re.MULTILINE)
    assert [law for law, _ in laws] == [f"I{number}" for number in range(1, 17)]
    assert [law for law, file in laws if not re.search(rf"\b{law}\b", (ROOT / file).read_text(encoding="utf-8"))] == []


def test_every_command_is_on_the_page() -> None:
    """Each command has a section, each exit status a row, and each port is named in the guide to ports."""
    assert [name for name in COMMANDS if f"\n## {name}\n" not in page("commands")] == []
    assert [
        status
        for status in (0, FAILED, UNDECIDED, WRONG_INPUT, BUG, 130, 141)
        if f"\n| {status} | " not in page("commands")
    ] == []
    ports = (ROOT / "docs" / "concepts" / "ports.md").read_text(encoding="utf-8")
    assert [port for port in PORTS if f"\n| {port} | " not in ports] == []
