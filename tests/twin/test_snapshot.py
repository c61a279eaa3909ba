"""A state is plain data: it goes to a file and comes back the same, and no other file is taken for one."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier, toy_fleet
from tests.worlds import PLAIN, prefer
from twin.engine import Twin
from twin.errors import InputError
from twin.snapshot import SCHEMA, copy, load, save
from twin.state import Phase, Status, TwinState
from twin.units import HOUR

ABOUT = {"seed": 1, "name": "Zürich ☂", "nested": {"a": [1, 2.5, None]}}


def busy(time: int = 14 * HOUR) -> TwinState:
    """A state in the middle of a noisy afternoon, with everything in use."""
    world = toy_world(days=2, noise=True, fleet=toy_fleet(van=1, evan=1, robot=2, drone=2), carriers=(toy_carrier(),))
    twin = Twin(world, PLAIN.replace(carriers=prefer("drone", "robot", "regional")))
    twin.run(time)
    return twin.snapshot()


def snapshot(path: Path) -> Path:
    """A snapshot file of a busy afternoon."""
    save(path / "snapshot.json", busy(), ABOUT)
    return path / "snapshot.json"


@settings(max_examples=25)
@given(st.integers(0, 48 * HOUR))
def test_a_copy_is_equal_and_independent(time: int) -> None:
    """At any time a copy has every value and type of the original, and shares none of its containers."""
    state = busy(time)
    other = copy(state)
    assert other == state
    for field in fields(TwinState):
        mine, its = getattr(state, field.name), getattr(other, field.name)
        assert type(mine) is type(its), field.name
        assert mine is not its or isinstance(mine, int | bytes), field.name


def test_a_file_gives_back_the_state(tmp_path: Path) -> None:
    """Saved and loaded, the state and what was noted about it are equal, in any language."""
    state = busy()
    save(tmp_path / "s.json", state, ABOUT)
    assert load(tmp_path / "s.json") == (state, ABOUT)
    assert [file.name for file in tmp_path.iterdir()] == ["s.json"]


def test_a_snapshot_is_text_that_anybody_can_read(tmp_path: Path) -> None:
    """The file is JSON with its version and digest, and nothing in it is code."""
    document = json.loads(snapshot(tmp_path).read_text(encoding="utf-8"))
    assert list(document) == ["lastmile-twin snapshot", "shape", "digest", "body"]
    assert document["lastmile-twin snapshot"] == SCHEMA
    assert document["body"]["state"]["now"] == 14 * HOUR


def refused(path: Path) -> str:
    """The one sentence with which a file is refused."""
    with pytest.raises(InputError) as error:
        load(path)
    text = str(error.value)
    assert str(path) in text
    assert "\n" not in text
    return text


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """One sentence says that it cannot be read and what to name."""
    assert "cannot be read (FileNotFoundError)" in refused(tmp_path / "none.json")
    assert "cannot be read" in refused(tmp_path)


@settings(max_examples=40)
@given(st.data())
def test_a_truncated_file_is_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Cut anywhere, even by its last brace, the file is not a whole snapshot."""
    path = tmp_path_factory.getbasetemp() / "cut.json"
    save(path, busy(), ABOUT)
    whole = path.read_bytes().rstrip()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert "is not a whole snapshot" in refused(path)


@settings(max_examples=60)
@given(st.data())
def test_a_changed_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Another digit or letter anywhere is refused: as changed, as not a snapshot, or as of another version."""
    path = tmp_path_factory.getbasetemp() / "changed.json"
    save(path, busy(), ABOUT)
    raw = bytearray(path.read_bytes())
    at = data.draw(st.sampled_from([i for i, byte in enumerate(raw) if chr(byte).isalnum()]))
    raw[at] = ord(data.draw(st.sampled_from([c for c in "07azAZ" if ord(c) != raw[at]])))
    path.write_bytes(raw)
    refused(path)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "not json", "{", "[]", "[1, 2]", "null", "7", '"text"', "{}", '{"body": {}}',
     f'{{"lastmile-twin snapshot": {SCHEMA}}}', "PAR1", "\x00\x01", "NaN"],
)  # fmt: skip
def test_other_texts_are_refused(tmp_path: Path, text: str) -> None:
    """JSON of something else, and what is no JSON at all, is not a whole snapshot."""
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    assert "is not a whole snapshot" in refused(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A Parquet file or a picture cannot be read as a snapshot."""
    path = tmp_path / "picture.json"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert "cannot be read (UnicodeDecodeError)" in refused(path)


def test_an_abyss_of_brackets_is_refused(tmp_path: Path) -> None:
    """A file made to exhaust the reader's stack is not a snapshot either."""
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000, encoding="utf-8")
    refused(path)


def resealed(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The file with a change of its document, and a digest that fits."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    body = json.dumps(document["body"])
    document["digest"] = hashlib.blake2b(body.encode(), digest_size=16).hexdigest()
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.parametrize("version", [SCHEMA + 1, 0, "1", None])
def test_another_version_is_refused(tmp_path: Path, version: object) -> None:
    """The sentence names both versions and says to write the snapshot again."""
    path = resealed(snapshot(tmp_path), lambda document: document.update({"lastmile-twin snapshot": version}))
    assert f"has schema {version}, this version reads {SCHEMA}" in refused(path)


def test_the_digest_covers_what_is_about_the_run(tmp_path: Path) -> None:
    """Another seed beside the state is a change too."""
    path = snapshot(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"seed": 1', '"seed": 2'), encoding="utf-8")
    assert "has been changed since it was written" in refused(path)


def test_numbers_of_phases_and_statuses_are_part_of_the_format() -> None:
    """What old snapshots wait for, and where their parcels are, keeps its number."""
    assert [phase.value for phase in Phase] == list(range(len(Phase)))
    assert (Phase.DAY, Phase.WAVE, Phase.LAUNCH, Phase.BACKORDER) == (0, 4, 12, 19)
    assert [status.name for status in Status if status.is_final] == ["DELIVERED", "RETURNED", "CANCELLED", "LOST"]


def test_a_state_of_another_make_is_refused(tmp_path: Path) -> None:
    """A snapshot whose fields were others is refused in a sentence, also when its digest is right."""
    path = tmp_path / "old.json"
    save(path, Twin(toy_world(), PLAIN).snapshot(), {})
    text = path.read_text()
    shape = json.loads(text)["shape"]
    path.write_text(text.replace(shape, "0" * len(shape)))
    with pytest.raises(InputError, match="written by another version of the twin"):
        load(path)
