"""What machines read cannot be broken by what it says."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from experiments.gate.annotations import annotation, annotations
from experiments.gate.junit import junit
from experiments.gate.markdown import markdown_list
from experiments.gate.outcome import Outcome, Row
from experiments.gate.verdicts import Loss, Verdict

NASTY = (
    "<b>&amp;\"'</b>",
    "a]]>b",
    "::error::x",
    "a%0Ab",
    "x\r\ny",
    "|a|`b`",
    "\x00\x1b[31m",
    "é ∑ \U0001f600",
    "<script>1</script>",
)
ROW = Row("default", "on_time", 0.78, 0.70, Loss(0.1, 0.01, 32, 0.02), Verdict.FAIL, 32)


def outcome(said: str) -> Outcome:
    """A red, an open and a green figure of a scenario whose difference says this."""
    return Outcome([ROW, replace(ROW, verdict=Verdict.OPEN), replace(ROW, verdict=Verdict.PASS)], {"default": [said]})


@pytest.mark.parametrize("text", NASTY)
def test_junit_is_xml_whatever_it_says(text: str) -> None:
    """It parses; red is a failure, undecided an error, green neither; no text becomes an element."""
    suite = ET.fromstring(junit(outcome(text)))[0]  # noqa: S314 (we have just written it)
    assert [[child.tag for child in case] for case in suite] == [["failure"], ["error"], ["system-out"]]
    assert {element.tag for element in suite.iter()} == {"testsuite", "testcase", "failure", "error", "system-out"}


@pytest.mark.parametrize("text", NASTY)
def test_an_annotation_is_one_line(text: str) -> None:
    """Whatever the title and the message: one command, which can be read back."""
    line = annotation("error", text, text)
    assert len(re.split(r"[\r\n]", line)) == 1
    command, title, message = line[2:].split("::", 1)[0].split(" ", 1)[0], *line.split("title=", 1)[1].split("::", 1)
    assert command == "error"
    assert ":" not in title
    assert "," not in title
    assert _back(message) == text
    assert _back(title.replace("%3A", ":").replace("%2C", ",")) == text


def _back(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_every_figure_that_is_not_green_is_annotated() -> None:
    """Red is an error, undecided a warning; all green is one notice."""
    assert [line.split(" ")[0] for line in annotations(outcome("x")).splitlines()] == ["::error", "::warning"]
    assert annotations(Outcome([replace(ROW, verdict=Verdict.PASS)])).startswith("::notice title=twin check::PASSED")


@pytest.mark.parametrize("text", NASTY)
def test_markdown_shows_text_as_text(text: str) -> None:
    """No HTML comes through, and an item stays one line."""
    shown = markdown_list("title", [text])
    assert "<" not in shown
    assert len(shown.rstrip("\n").splitlines()) == 3
