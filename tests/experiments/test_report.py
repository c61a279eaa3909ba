"""A report stands alone, runs nothing, and shows what it is given as text."""

import re
from html.parser import HTMLParser

import pytest

from experiments.comparison import Comparison
from experiments.report import exhibits_of, report
from experiments.reporting.checklist import Item
from experiments.sketch import Sketch
from tests.experiments.studies import drawn, pictured, study

PAYLOADS = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>", "'\"><img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
    "</svg><script>alert(1)</script>", "</text></svg><img src=x>", "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "javascript:alert(1)", "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>", "<style>*{display:none}</style>", "<!--", "-->", "<![CDATA[", "]]>",
    "{{ 7 * 7 }}", "{% for x in y %}", "{{ ''.__class__ }}", "&lt;script&gt;", "&#60;script&#62;", "\u2028alert(1)",
    "$\\frac{1}{0}$", "$x", "a$b$c", "\\", "%s%n", "<b>bold", "<base href=//evil>", "<meta http-equiv=refresh>",
    "<link rel=stylesheet href=//evil>", "<form action=//evil>", "<object data=//evil>", "<embed src=//evil>",
    "<math><mtext></mtext></math>", "<template>", "onmouseover=alert(1)", "' onmouseover='alert(1)",
    "<details open ontoggle=alert(1)>", "<video src=x>", "<audio src=x>", "<select>", "x" * 300,
]  # fmt: skip
SAFE = "plain"


class Shape(HTMLParser):
    """The elements of a page with the names of their attributes, and the addresses it refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.addresses += [
            value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action", "data")
        ]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)


def page(*names: str) -> str:
    """A report in which the texts that somebody can choose are these: a question, two arms, a fact."""
    question, arm, other, fact = (names * 4)[:4] if len(names) == 1 else names
    other = f"{other}." if other == arm else other
    found = study({arm: 10.0, other: 8.0}, worlds=3, question=question)
    for record in found.records[arm]:
        record["portrait"] = pictured(0, carrier=fact)  # type: ignore[index]
    return made(found, {arm: drawn(), other: drawn((0,))}, {"Arms": fact, fact: fact}, [Item("1.1", fact, fact)])


def made(found: Comparison, sketches: dict[str, Sketch], facts: dict[str, str], items: list[Item] | None = None) -> str:
    """The page of a comparison with all its figures."""
    return report(found, exhibits_of(found, sketches), facts, checklist=items or [])


@pytest.fixture(scope="module")
def plain() -> Shape:
    """The report of harmless names."""
    return Shape(page(SAFE))


@pytest.mark.parametrize("payloads", [tuple(PAYLOADS[i : i + 4]) for i in range(0, len(PAYLOADS), 4)])
def test_a_name_stays_a_text(plain: Shape, payloads: tuple[str, ...]) -> None:
    """Whatever things are called, the page has the elements of a harmless one, in drawings too."""
    hostile = Shape(page(*payloads))
    assert _outline(hostile) == _outline(plain)
    assert {tag for tag, _ in hostile.elements} == {tag for tag, _ in plain.elements}
    assert not any(name.startswith("on") for _, names in hostile.elements for name in names)
    assert all(payload in "".join(hostile.texts) for payload in payloads)


def _outline(shape: Shape) -> list[tuple[str, tuple[str, ...]]]:
    """Elements outside of drawings: how many ticks an axis has follows from the width of a name."""
    drawing = {"path", "g", "use", "defs", "clippath", "rect", "text", "tspan"}
    return [element for element in shape.elements if element[0] not in drawing]


def test_nothing_is_loaded_from_elsewhere(plain: Shape) -> None:
    """Every address is a place in the page itself or data in it; there is no script."""
    assert plain.addresses
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in plain.addresses)
    text = page(SAFE)
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?\s*(?:https?:)?//", text)
    assert "url(http" not in text
    assert "@import" not in text
    assert "<script" not in text


def test_the_page_forbids_what_it_does_not_need() -> None:
    """A content security policy without scripts, and no referrer."""
    text = page(SAFE)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    assert "script" not in policy[1]
    assert '<meta name="referrer" content="no-referrer">' in text


def test_the_page_answers_first() -> None:
    """Question, answer with its interval, table, figures, provenance, limits: in that order."""
    text = page(SAFE)
    marks = ["<h1>plain</h1>", "95 % interval", "The arms compared", "What a parcel costs", "What dominates",
             "Cost against punctuality", "How late", "Who took the parcel", "What the fleet did", "Carbon",
             "Where they went", "How it was done", "How to repeat it", "Limits"]  # fmt: skip
    places = [text.index(mark if mark[0] == "<" or mark == "95 % interval" else f"<h2>{mark}</h2>") for mark in marks]
    assert places == sorted(places)
    assert text.count("<svg") == 11


def test_one_world_and_one_arm_make_a_page() -> None:
    """Nothing to compare and no interval: still a whole page, without a figure of differences."""
    text = made(study({"vans": 10.0}, worlds=1), {}, {})
    assert text.count("<svg") == 8
    assert "<h2>What dominates</h2>" not in text
    assert "nan" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL).lower().replace("finance", "")


def test_the_same_study_makes_the_same_page() -> None:
    """No clock and no counter in the drawing: reports can be compared byte by byte."""
    assert page(SAFE) == page(SAFE)
