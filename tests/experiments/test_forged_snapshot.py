"""A snapshot is a file from somebody, and its digest proves nothing: whatever it holds, the answer is a sentence."""

import base64
import copy
import hashlib
import json
import zlib
from array import array
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.composition import composed, job_of
from experiments.play import played, twin_of
from experiments.run import about
from experiments.saved import Saved
from tests.experiments.conftest import Twin, files
from twin.errors import InputError
from twin.snapshot import save

WORDS = ("city=toy", "days=1", "demand.parcels_per_day=30.0", "fleet=mixed", "carriers=two", "until='14:30'")
ODD: list[Any]
ODD = [0, 1, -1, 7, 255, 2**31, 2**62, 2**63, 10**30, 1.5, float("nan"), True, None, "", "noon", [], [1], [[]], {},
       {"a": 1}, {"array": "q", "data": ""}, {"array": "q", "data": "!"}, {"bytes": ""}]  # fmt: skip
NUMBERS = [0, 1, -1, 3, 127, -128, 10_000, 2**31 - 1, 2**62]


@cache
def document() -> str:
    """A snapshot of an afternoon with every kind of vehicle, as it stands in its file."""
    job = job_of(composed("config", WORDS))
    twin = twin_of(job)
    twin.run(job.until)
    path = Path("s.json")
    save(path, twin.snapshot(), about(job))
    text = path.read_text(encoding="utf-8")
    path.unlink()
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of these tests, which is the working folder while they last."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("forged"))
        yield Path()


def forged(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The snapshot with a change of its body, and the digest that a forger would give it."""
    whole = json.loads(document())
    change(whole["body"])
    whole["digest"] = hashlib.blake2b(json.dumps(whole["body"]).encode(), digest_size=16).hexdigest()
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def gone_on(path: Path) -> None:
    """What ``twin resume`` does, without its folder."""
    saved = Saved.read(path)
    job = saved.job()
    with saved.doubted(job):
        played(saved.twin(job), None, job.warmup, show=False)


def complaint(path: Path) -> str:
    """The sentence with which a snapshot is refused, or nothing when its run goes on to its end."""
    try:
        gone_on(path)
    except InputError as error:
        return str(error)
    return ""


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every node of a JSON value."""
    if path:
        yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield from paths(value, (*path, key))


@cache
def places() -> list[list[tuple[Any, ...]]]:
    """The ways to all nodes, by field: so a small field is changed as often as a large one."""
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for path in paths(json.loads(document())["body"]):
        found.setdefault(path[:2], []).append(path)
    return list(found.values())


def otherwise(draw: Callable[[st.SearchStrategy[Any]], Any], value: Any) -> Any:
    """Another value: of the same kind and only wrong, or of another kind altogether."""
    near: st.SearchStrategy[Any] = st.sampled_from(ODD)
    if isinstance(value, dict) and ("array" in value or "bytes" in value):
        return draw(near | st.builds(column, st.just(value), st.integers(0, 10**6), st.sampled_from(NUMBERS)))
    if type(value) in (int, float):
        return draw(near | st.sampled_from([1, -1, 10, 3_600_000, -value]).map(lambda more: value + more))
    if isinstance(value, list) and value:
        return draw(near | st.sampled_from([value[:-1], [*value, value[0]], value[::-1]]))
    return draw(near)


def column(value: dict[str, str], place: int, number: int) -> dict[str, str]:
    """A packed column with another number at a place."""
    key, code = ("data", value["array"]) if "array" in value else ("bytes", "B")
    numbers = array(code)
    numbers.frombytes(zlib.decompress(base64.b64decode(value[key])))
    low, high = (0, 255) if code == "B" else (-(1 << 8 * numbers.itemsize - 1), (1 << 8 * numbers.itemsize - 1) - 1)
    if len(numbers):
        numbers[place % len(numbers)] = min(max(number, low), high)
    return value | {key: base64.b64encode(zlib.compress(numbers.tobytes())).decode()}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_forged_snapshot_runs_or_is_refused(folder: Path, data: st.DataObject) -> None:
    """Any node of a true snapshot changed, with a digest that fits: the run goes on, or one sentence ends it."""
    place = data.draw(st.sampled_from(places()).flatmap(st.sampled_from))

    def change(body: dict[str, Any]) -> None:
        node: Any = body
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = otherwise(data.draw, copy.deepcopy(node[place[-1]]))

    path = forged(folder / "s.json", change)
    said = complaint(path)
    assert "\n" not in said
    assert len(said) < 400


FORGED: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("noon", lambda body: body["state"].update(now="noon"), "now: must be a whole number"),
    ("early", lambda body: body["state"].update(now=-5), "now, seq and next_session must be >= 0"),
    ("true", lambda body: body["state"].update(seq=True), "seq: must be a whole number"),
    ("no now", lambda body: body["state"].pop("now"), "now: is missing"),
    ("too much", lambda body: body["state"].update(then=1), "then: is not known"),
    ("phase", lambda body: body["state"]["pending"][0][1].__setitem__(1, 99), "a phase must be 0 to"),
    ("overdue", lambda body: body["state"]["pending"][0][1].__setitem__(0, 1), "due from"),
    ("nobody", lambda body: body["state"]["pending"].append([0, [86399999, 4, 77]]), "pending (WAVE) holds 77"),
    ("settings", lambda body: body["about"].update(settings=7), "does not hold its configuration"),
    ("seed", lambda body: body["about"]["settings"].update(seed=-7), "seed(=-7)"),
    ("infinite", lambda body: body["about"]["settings"]["demand"].update(peak=float("inf")), "finite"),
    ("deep", lambda body: body["about"]["settings"].update(x=deep(60)), "nests deeper"),
    ("no about", lambda body: body.update(about=[]), "does not hold a state"),
    ("no state", lambda body: body.update(state=None), "must be an object"),
    ("other seed", lambda body: body["about"]["settings"].update(seed=2), "resume with the seed"),
    ("seats", lambda body: body["state"]["seats"].__setitem__(2, 1000), "its run never had this state"),
]  # fmt: skip


def deep(levels: int) -> Any:
    """A list in a list in a list."""
    return [deep(levels - 1)] if levels else 1


@pytest.mark.parametrize(("change", "says"), [case[1:] for case in FORGED], ids=[case[0] for case in FORGED])
@pytest.mark.parametrize("words", [("resume",), ("fork", "policies/notifying=silent")], ids=["resume", "fork"])
def test_a_forgery_is_one_sentence(
    twin: Twin, folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], says: str,
    words: tuple[str, ...],
) -> None:  # fmt: skip
    """Both commands that read a snapshot end with status 2, name the file, and write nothing."""
    del folder
    path = forged(tmp_path / "forged.json", change)
    said = twin(words[0], str(path), *words[1:])
    assert said.status == 2, said
    assert said.err.startswith(f"twin: {path}: ")
    assert says in said.err or (words[0] == "fork" and "is not as the configuration files have it" in said.err)
    assert said.err.count("\n") == 1
    assert files(tmp_path) == ["forged.json"]


def test_a_true_snapshot_is_not_blamed_for_a_bug(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a run that goes on breaks a law and the snapshot was right, it is reported as the bug that it is."""
    path = forged(tmp_path / "true.json", lambda _: None)
    monkeypatch.setattr("twin.laws._stock", broken)
    said = twin("resume", str(path))
    assert said.status == 70
    assert "I9: planted" in said.err


def broken(_: object) -> None:
    """A law that always finds a breach."""
    from twin.errors import InvariantError

    raise InvariantError("I9: planted")
