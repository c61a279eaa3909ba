"""``twin calibrate`` writes a choice that a run can use and a page, or nothing and one sentence."""

from pathlib import Path

import pytest

from experiments import calibrate
from scenarios.calibration.fit import Curve, Figure, Fit, Score
from scenarios.calibration.table import Column, read_table
from tests.experiments.conftest import TOY, Twin, files

RECORDS = "x\n0.1\n0.2\n0.3\nnone of that\n"


def toy_fit(path: Path, *, scale: float = 1.0, loudly: bool = False) -> Fit:
    """Fit the share of customers who answer, as the mean of ``x``."""
    table = read_table(path, [Column("x")])
    mean = scale * float(table.numbers("x").mean())
    return Fit(
        topic="attempts",
        group="people",
        values={"answer": mean, "office_hours": ["09:00", "17:00"]},
        rows=table.rows,
        dropped=table.dropped,
        figures=(Figure("share that answers", 0.2, mean, 0.1, 0.3), Figure("share elsewhere", 0.5, mean)),
        scores=(Score("Brier score, May", 0.1, 0.2),),
        curves=(Curve("Answers <b>", "hour", "share", (0.0, 1.0), (0.1, 0.3), (0.2, 0.2)),),
        notes=("LOUD",) if loudly else (),
    )


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A topic that takes no time, and records for it."""
    monkeypatch.setattr(calibrate, "_fit_of", lambda _topic: toy_fit)
    (tmp_path / "records.csv").write_text(RECORDS)


def test_a_run_uses_what_was_fitted(twin: Twin, tmp_path: Path) -> None:
    """The file sets the fitted keys on top of the base, and a run with it has them."""
    said = twin("calibrate", "attempts", "records.csv", "scale=2")
    assert said.status == 0, said.err
    assert max(map(len, said.out.splitlines())) <= 80
    assert files(tmp_path / "fitted") == ["people", "people/attempts.html", "people/attempts.yaml"]
    text = (tmp_path / "fitted" / "people" / "attempts.yaml").read_text()
    assert "3 used of 4" in text
    assert "defaults:\n  - us\n  - _self_\nanswer: 0.4\noffice_hours: ['09:00', '17:00']\n" in text
    run = twin("run", "--config-dir", "fitted", "people=attempts", "out=run", *TOY)
    assert run.status == 0, run.err
    shown = twin("run", "--config-dir", "fitted", "people=attempts", "--cfg", "job")
    assert "answer: 0.4" in shown.out
    assert "bad_address: 0.025" in shown.out


def test_a_fit_can_stand_on_another(twin: Twin) -> None:
    """With ``--base`` the values of an earlier fit are kept beneath."""
    assert twin("calibrate", "attempts", "records.csv", "--out", "f/people/one.yaml").status == 0
    again = ("calibrate", "attempts", "records.csv", "--base", "one", "--out", "f/people/two.yaml")
    assert twin(*again).status == 0
    assert twin("run", "--config-dir", "f", "people=two", "out=run", *TOY).status == 0


def test_the_page_says_what_the_fit_found(twin: Twin, tmp_path: Path) -> None:
    """Figures, scores, curves, dropped records, notes and digest are on the page, and nothing is loaded."""
    assert twin("calibrate", "attempts", "records.csv", "loudly=true").status == 0
    page = (tmp_path / "fitted" / "people" / "attempts.html").read_text()
    for expected in ("share that answers", "Brier score, May", "-50.0 %", "x is not a number", "LOUD", "<svg", "yes"):
        assert expected in page
    assert "Answers &lt;b&gt;" in page
    assert "Answers <b>" not in page
    assert not {"<script", "http://", "src="} & {word for word in ("<script", "src=") if word in page}


REFUSED = {
    "topic": (("atempts", "records.csv"), "did you mean 'attempts'?"),
    "option": (("attempts", "records.csv", "scal=2"), "did you mean 'scale'?"),
    "number": (("attempts", "records.csv", "scale=two"), "must be a number"),
    "truth": (("attempts", "records.csv", "loudly=yes"), "must be true or false"),
    "group": (("attempts", "records.csv", "--out", "f/mine.yaml"), "write f/people/mine.yaml"),
    "suffix": (("attempts", "records.csv", "--out", "f/people/mine.txt"), "must be NAME.yaml"),
    "base": (("attempts", "records.csv", "--base", "uss"), "did you mean 'us'?"),
    "file": (("attempts", "record.csv"), "cannot be read"),
    "values": (("attempts", "records.csv", "scale=9"), "people.answer(=1.8)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_and_nothing_is_written(twin: Twin, tmp_path: Path, name: str) -> None:
    """One sentence, status 2, no file; values that no run could use are refused as well."""
    words, sentence = REFUSED[name]
    said = twin("calibrate", *words)
    assert (said.status, said.out) == (2, "")
    assert sentence in said.err
    assert files(tmp_path) == ["records.csv"]


def test_files_are_replaced_only_when_asked(twin: Twin, tmp_path: Path) -> None:
    """A file that is there stays as it is without ``--overwrite``."""
    words = ("calibrate", "attempts", "records.csv")
    assert twin(*words).status == 0
    file = tmp_path / "fitted" / "people" / "attempts.yaml"
    before = file.read_text()
    refused = twin(*words, "scale=2")
    assert refused.status == 2
    assert "--overwrite" in refused.err
    assert file.read_text() == before
    assert twin(*words, "scale=2", "--overwrite").status == 0
    assert file.read_text() != before


def test_help_explains_a_topic(twin: Twin) -> None:
    """Without a topic help lists them; with one it says what the topic's fit says."""
    assert "weather" in twin("calibrate").out
    assert "share of customers who answer" in twin("calibrate", "attempts", "--help").out
