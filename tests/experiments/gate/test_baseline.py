"""A baseline is what was written, or refused in one sentence."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.gate.baseline import Stored, digest_of, read_baseline, write_baseline
from tests.experiments.gate.conftest import Twin
from twin.errors import InputError

Body = dict[str, Any]


def test_what_is_written_is_read(baseline: Path, tmp_path: Path) -> None:
    """Written again, it is the same file."""
    stored: Stored = read_baseline(baseline)
    assert write_baseline(tmp_path / "again.json", stored.baseline) == stored.digest
    assert (tmp_path / "again.json").read_text() == baseline.read_text()


def forged(path: Path, change: Callable[[Body], Any]) -> None:
    """Change the body, and make the digest fit."""
    given = json.loads(path.read_text())
    change(given["body"])
    path.write_text(json.dumps(given | {"digest": digest_of(given["body"])}))


def scenario(body: Body) -> Any:
    """The default scenario of a body."""
    return body["scenarios"]["default"]


FORGERIES: list[tuple[Callable[[Body], Any], str]] = [
    (lambda b: b.pop("seed"), "seed"),
    (lambda b: b.update(seed=-1), "seed(=-1)"),
    (lambda b: b.update(seed="1"), "seed(='1')"),
    (lambda b: b.update(seed=True), "seed"),
    (lambda b: b.update(worlds=5), "worlds(=5)"),
    (lambda b: b.update(worlds=10**9), "worlds"),
    (lambda b: b.update(worlds=64), "not one for each of 64 worlds"),
    (lambda b: b.update(wibble=1), "wibble"),
    (lambda b: b.update(overrides="seed=1"), "overrides"),
    (lambda b: b.update(overrides=["plugins=[os]"]), "'plugins=[os]' may not come from a file"),
    (lambda b: b.update(overrides=["+plugins=[os]"]), "may not come from a file"),
    (lambda b: b.update(overrides=["programs.routing=[x]"]), "may not come from a file"),
    (lambda b: b.update(overrides=["hydra.searchpath=[/tmp]"]), "may not come from a file"),
    (lambda b: b.update(overrides=["out=/tmp/x"]), "may not come from a file"),
    (lambda b: b.update(overrides=[3]), "overrides"),
    (lambda b: b.update(scenarios={}), "scenarios"),
    (lambda b: b.update(scenarios=[]), "scenarios"),
    (lambda b: b.update(scenarios=None), "scenarios"),
    (lambda b: b["scenarios"].update({"../x": scenario(b)}), "scenarios"),
    (lambda b: b.update(versions=3), "versions"),
    (lambda b: scenario(b).pop("fingerprints"), "fingerprints"),
    (lambda b: scenario(b)["fingerprints"].pop(), "fingerprints has 15 entries"),
    (lambda b: scenario(b)["fingerprints"].__setitem__(0, "zz"), "fingerprints"),
    (lambda b: scenario(b)["totals"].pop("delivered"), "totals.delivered is missing"),
    (lambda b: scenario(b)["totals"]["delivered"].append(1.0), "totals.delivered has 17 entries"),
    (lambda b: scenario(b)["totals"]["delivered"].__setitem__(3, "many"), "delivered"),
    (lambda b: scenario(b)["totals"]["delivered"].__setitem__(3, [1.0]), "delivered"),
    (lambda b: scenario(b)["totals"].update(delivered=7), "delivered"),
    (lambda b: scenario(b).update(overrides=["overwrite=true"]), "may not come from a file"),
    (lambda b: scenario(b).update(settings=[]), "settings"),
    (lambda b: scenario(b)["first"].update(trace="%%"), "first.trace is not what a check writes"),
    (lambda b: scenario(b)["first"].update(trace=5), "trace"),
    (lambda b: scenario(b)["first"].update(events=3), "first.trace is not what a check writes"),
    (lambda b: scenario(b)["first"].update(events=-3), "events(=-3)"),
    (lambda b: scenario(b)["first"].update(parcels="AA=="), "first.parcels"),
    (lambda b: scenario(b).pop("first"), "first"),
]


CONTENTS: list[tuple[Callable[[Body], Any], str]] = [
    (lambda b: b.update(overrides=["nonsense=3"]), "nonsense"),
    (lambda b: b.update(overrides=["city=${oc.env:HOME}"]), "city"),
    (lambda b: b.update(overrides=["policies.routing._target_=os.system"]), "os.system"),
    (lambda b: b["scenarios"].pop("storm"), "scenarios.storm is not in"),
    (lambda b: scenario(b).update(data_sha256={"city.path": "0"}), "city.path of scenarios.default is another file"),
]


@pytest.mark.parametrize(("change", "fault"), FORGERIES)
def test_a_forgery_is_one_sentence(baseline: Path, change: Callable[[Body], Any], fault: str) -> None:
    """A digest that fits what cannot be: refused with the file, the key and the fix."""
    forged(baseline, change)
    with pytest.raises(InputError, match=re.escape(fault)) as found:
        read_baseline(baseline)
    assert str(baseline) in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(("change", "fault"), CONTENTS)
def test_what_a_baseline_says_is_checked_like_a_command_line(
    twin: Twin, baseline: Path, change: Callable[[Body], Any], fault: str
) -> None:
    """Words that are no configuration, that would run code, or that fit no scenario: status 2 and one line."""
    forged(baseline, change)
    said = twin("check", "baseline=kpi.json", "workers=1")
    assert (said.status, len(said.err.splitlines())) == (2, 1), said
    assert fault in said.err


DAMAGES: list[tuple[Callable[[str], str], str]] = [
    (lambda text: "", "is not JSON"),
    (lambda text: text[: len(text) // 2], "is not JSON"),
    (lambda text: text[:-3], "is not JSON"),
    (lambda text: text + "}", "is not JSON"),
    (lambda text: "null", "is no baseline"),
    (lambda text: "[]", "is no baseline"),
    (lambda text: "{}", "is no baseline"),
    (lambda text: '{"schema": 1}', "is no baseline"),
    (lambda text: "[" * 100_000, "is not JSON"),
    (lambda text: text.replace('"lastmile-twin baseline":1', '"lastmile-twin baseline":2'), "of schema 2"),
    (lambda text: text.replace('"lastmile-twin baseline":1', '"lastmile-twin baseline":true'), "of schema True"),
    (lambda text: text.replace('"seed":1', '"seed":2'), "has been changed since it was written"),
    (lambda text: text.replace('"digest":"', '"digest":"0'), "has been changed since it was written"),
    (lambda text: text.replace('"digest"', '"digit"'), "has been changed since it was written"),
    (lambda text: text.replace('"delivered":[', '"delivered":[NaN,'), "NaN is no number"),
    (lambda text: text.replace('"delivered":[', '"delivered":[1e999,'), "has been changed"),
    (lambda text: "\ufeff" + text, "is not JSON"),
]


@pytest.mark.parametrize(("damage", "fault"), DAMAGES)
def test_a_damaged_file_is_one_sentence(baseline: Path, damage: Callable[[str], str], fault: str) -> None:
    """Truncated, edited, of another schema, or something else: the file and the fix."""
    baseline.write_text(damage(baseline.read_text()))
    with pytest.raises(InputError, match=fault) as found:
        read_baseline(baseline)
    assert str(baseline) in str(found.value)
    assert ";" in str(found.value)


def test_bytes_that_are_no_text_are_refused(baseline: Path) -> None:
    """A binary file is no baseline."""
    baseline.write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="is not JSON"):
        read_baseline(baseline)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_byte_can_be_changed_unnoticed(baseline: Path, recorded: str, data: st.DataObject) -> None:
    """Whatever byte is replaced, the file is refused, or says the same."""
    place = data.draw(st.integers(0, len(recorded) - 1))
    letter = data.draw(st.sampled_from('0123456789abcdef{}[]",: -.eE'))
    baseline.write_text(recorded[:place] + letter + recorded[place + 1 :])
    try:
        found = read_baseline(baseline)
    except InputError:
        return
    assert digest_of(json.loads(recorded)["body"]) == found.digest
