"""The verdict as workflow commands: lines that GitHub shows beside the change."""

from experiments.gate.outcome import Outcome
from experiments.gate.verdicts import Verdict
from experiments.gate.wording import headline, levels, notes, worse_by

COMMAND = {Verdict.FAIL: "error", Verdict.OPEN: "warning"}


def annotations(found: Outcome) -> str:
    """A line for each figure that is not green, or one that says that all are."""
    lines = []
    for row in found.rows:
        if command := COMMAND.get(row.verdict):
            then, now = levels(row)
            said = [f"{then} -> {now}, worse by {worse_by(row)}, {row.pairs} pairs", *notes(found)]
            lines.append(annotation(command, f"{row.kpi} of {row.scenario}", "\n".join(said)))
    return "\n".join(lines or [annotation("notice", "twin check", headline(found))])


def annotation(command: str, title: str, message: str) -> str:
    """One workflow command; what would end it early or begin another is escaped, as GitHub's toolkit does."""
    escaped = _data(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{command} title={escaped}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
