"""The verdict where it was asked for: terminal, Markdown, JUnit, annotations."""

from pathlib import Path

from rich.table import Table

from experiments.gate.annotations import annotations
from experiments.gate.baseline import Stored
from experiments.gate.junit import junit
from experiments.gate.markdown import markdown, markdown_list
from experiments.gate.moves import moves
from experiments.gate.outcome import Outcome
from experiments.gate.plan import Plan
from experiments.gate.update import Moved
from experiments.gate.wording import compared_with, headline, notes, seeds, worse_by
from experiments.say import say
from experiments.show import console
from experiments.wording import figure
from twin.errors import InputError
from twin.files import write_text
from twin.kpis import MEANING


def tell_outcome(plan: Plan, stored: Stored, found: Outcome) -> None:
    """Say what was found, everywhere it was asked for."""
    out = console()
    table = Table(title=f"Check against {compared_with(plan, stored)}", title_justify="left", box=None, pad_edge=False)
    for heading in ("scenario", "KPI"):
        table.add_column(heading, overflow="fold")
    for heading in ("was", "is", "worse by", "verdict"):
        table.add_column(heading, justify="right")
    for row in found.rows:
        was, now = (figure(value, MEANING[row.kpi][0]) for value in (row.then, row.now))
        table.add_row(row.scenario, row.kpi, was, now, worse_by(row), row.verdict)
    out.print(table)
    for sentence in notes(found):
        out.print(sentence, soft_wrap=True)
    out.print(f"{headline(found)}. {seeds(plan, found)}", soft_wrap=True)
    if plan.gate.annotations:
        say(annotations(found))
    _write(plan, found, compared_with(plan, stored))


def tell_update(plan: Plan, moved: Moved) -> None:
    """Say what a moved baseline changes."""
    lines = moves(moved)
    for line in lines:
        say(line)
    if plan.gate.summary:
        _append(plan.gate.summary, markdown_list("twin check --update", lines))


def _write(plan: Plan, found: Outcome, against: str) -> None:
    gate = plan.gate
    if gate.junit:
        _whole(gate.junit, junit(found))
    if gate.summary:
        _append(gate.summary, markdown(plan, found, against))


def _whole(path: str, text: str) -> None:
    try:
        write_text(Path(path), text)
    except OSError as error:
        raise InputError(f"junit(={path}) cannot be written ({error.strerror}); choose another file") from None


def _append(path: str, text: str) -> None:
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"summary(={path}) cannot be written ({error.strerror}); choose another file") from None
