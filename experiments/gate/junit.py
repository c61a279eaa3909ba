"""The verdict as JUnit XML: one test case a figure, and neither red nor undecided is green."""

from xml.etree import ElementTree as ET

from experiments.explain import one_line
from experiments.gate.outcome import Outcome, Row
from experiments.gate.verdicts import Verdict
from experiments.gate.wording import levels, worse_by

KIND = {Verdict.FAIL: "failure", Verdict.OPEN: "error"}
"""What a verdict is in JUnit; others are a case without remark."""


def junit(found: Outcome) -> str:
    """The document."""
    counts = {kind: sum(KIND.get(row.verdict) == kind for row in found.rows) for kind in ("failure", "error")}
    said = {"tests": len(found.rows), "failures": counts["failure"], "errors": counts["error"]}
    suite = ET.Element("testsuite", {"name": "twin check"} | {name: str(count) for name, count in said.items()})
    for row in found.rows:
        _case(suite, row, found.differs.get(row.scenario, []))
    root = ET.Element("testsuites")
    root.append(suite)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, row: Row, differs: list[str]) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"twin.{row.scenario}", name=row.kpi)
    then, now = levels(row)
    said = f"{row.kpi} of {row.scenario}: {then} -> {now}, worse by {worse_by(row)}, {row.pairs} pairs"
    if kind := KIND.get(row.verdict):
        remark = ET.SubElement(case, kind, message=one_line(said), type=row.verdict)
        remark.text = "\n".join(one_line(sentence) for sentence in differs)
    else:
        ET.SubElement(case, "system-out").text = one_line(said)
