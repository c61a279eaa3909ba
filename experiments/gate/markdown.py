"""The verdict, and a moved baseline, as GitHub's Markdown."""

from collections.abc import Sequence

from experiments.explain import one_line
from experiments.gate.outcome import Outcome
from experiments.gate.plan import Plan
from experiments.gate.wording import headline, levels, notes, seeds, worse_by


def markdown(plan: Plan, found: Outcome, against: str) -> str:
    """The verdict as GitHub shows it."""
    rows = [(row.scenario, row.kpi, *levels(row), worse_by(row), str(row.pairs), row.verdict) for row in found.rows]
    told = [f"- {_cell(sentence)}" for sentence in notes(found)]
    return "\n".join([
        f"### twin check: {_cell(headline(found))}",
        "",
        *_table(("scenario", "KPI", "baseline", "now", "worse by", "pairs", "verdict"), rows),
        "",
        *told,
        "",
        f"Against {_cell(against)}. {seeds(plan, found)}",
        "",
    ])  # fmt: skip


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = [heads, ("---",) * len(heads), *rows]
    return [f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines]


def _cell(text: str) -> str:
    """Text that Markdown and HTML leave as it is."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return one_line(escaped.replace("|", "\\|"))


def markdown_list(title: str, lines: Sequence[str]) -> str:
    """A heading and a list."""
    return "\n".join([f"### {title}", "", *(f"- {_cell(line)}" for line in lines), ""])
