"""A result that is played again is identical, or what differs first is named; what cannot be trusted is refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import main
from tests.experiments.conftest import TOY, Said, Twin, files
from tests.experiments.test_bad_input import refused
from twin import wages
from twin.units import HOUR

NEAR = ("city=toy", "demand.parcels_per_day=12.0", "carriers=none", "policies/routing=nearest")
TWO = ("~arms.vans_robovans", "~arms.mixed", "replications=2", "workers=1")
KINDS = ("run", "compare", "sweep", "multirun")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of each kind, and its bundle."""
    folder = tmp_path_factory.mktemp("results")
    commands: dict[str, tuple[str, ...]] = {
        "run": ("run", *TOY),
        "compare": ("compare", *NEAR, *TWO),
        "sweep": ("sweep", *NEAR, "fleet=vans,bikes", "replications=2", "executor=serial"),
        "multirun": ("run", "--multirun", *TOY, "seed=1,2"),
    }
    for kind, words in commands.items():
        assert main([*words, f"out={folder / kind}"]) == 0
        assert main(["bundle", str(folder / kind), "--out", str(folder / f"{kind}.zip")]) == 0
    return folder


@pytest.fixture
def again(twin: Twin, results: Path) -> Callable[..., Said]:
    """Play a folder or a bundle of the results again."""
    return lambda name, *words: twin("reproduce", str(results / name), "workers=1", *words)


@pytest.fixture
def dearer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code as somebody has changed it: a driver is paid for five hours at least."""
    monkeypatch.setattr(wages, "MIN_PAID", 5 * HOUR)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["", ".zip"])
def test_the_same_code_is_identical(again: Callable[..., Said], kind: str, ending: str) -> None:
    """A folder and a bundle of a run, a comparison, a sweep and a multirun come out as they were: exit status 0."""
    said = again(kind + ending)
    assert said.status == 0, said
    assert said.out.startswith("identical: ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("dearer")
def test_other_code_differs(again: Callable[..., Said], kind: str) -> None:
    """The first event that differs is named with its time and parcel, and the figures that moved: exit status 1."""
    said = again(kind)
    assert said.status == 1
    assert said.out.startswith("differs: ")
    assert "LABOUR" in said.out
    assert "cost_labour" in said.out
    if kind in ("run", "multirun"):
        assert "The trace is the same: only money differs." in said.out
        assert "Before: posting" in said.out


def test_some_worlds_are_enough_for_a_look(again: Callable[..., Said]) -> None:
    """``worlds=1`` plays the first seed of each arm."""
    assert again("compare.zip", "worlds=1").out.startswith("identical: 2 runs of 4, ")


def test_a_table_that_was_touched_is_found(results: Path, tmp_path: Path, twin: Twin) -> None:
    """Runs that are the same and a table that is not theirs: named, exit status 1."""
    shutil.copytree(results / "compare", tmp_path / "mine")
    about = json.loads((tmp_path / "mine" / "comparison.json").read_text())
    about["arms"]["vans"]["estimates"]["on_time"]["low"] = 0.5
    (tmp_path / "mine" / "comparison.json").write_text(json.dumps(about))
    said = twin("reproduce", "mine", "workers=1")
    assert (said.status, "comparison.json" in said.out) == (1, True)


def test_a_run_with_a_data_file_travels(twin: Twin, tmp_path: Path) -> None:
    """A bundle takes the city along: it is played elsewhere, where the file is not, and a changed one is refused."""
    from scenarios.cityfile import write_city
    from scenarios.toycity import toy_city

    write_city(toy_city(), tmp_path / "map.city")
    words = ("city=file", "city.path=map.city", "city.depots=1", "city.lockers=1", "demand.parcels_per_day=12.0")
    assert twin("run", *words, "fleet=vans", "carriers=none", "policies/routing=nearest", "out=mine").status == 0
    assert twin("bundle", "mine", "--out", "mine.zip").status == 0
    with (tmp_path / "map.city").open("ab") as file:
        file.write(b"\0")
    refused(twin, tmp_path, ("reproduce", "mine"), "has changed since")
    refused(twin, tmp_path, ("bundle", "mine", "--out", "other.zip"), "has changed since")
    (tmp_path / "map.city").unlink()
    assert twin("reproduce", "mine.zip", "workers=1").out.startswith("identical: ")


def test_both_futures_of_a_fork_are_played_again(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Original and what-if are identical, in the folder and in a bundle; alone a what-if does not know what was before.

    Of code that has changed, the first event that differs is named.
    """
    assert twin("run", *TOY, "until=12:00", "out=noon").status == 0
    assert twin("fork", "noon/snapshot.json", "operation.pick_usd=9.0", "out=both").status == 0
    refused(twin, tmp_path, ("reproduce", "both/what_if"), "name the folder above it")
    assert twin("reproduce", "both/original", "workers=1").status == 0
    assert twin("bundle", "both", "--out", "both.zip").status == 0
    for source in ("both", "both.zip"):
        assert twin("reproduce", source, "workers=1").out.startswith("identical: 2 runs, ")
    monkeypatch.setattr(wages, "MIN_PAID", 5 * HOUR)
    said = twin("reproduce", "both", "workers=1")
    assert (said.status, "LABOUR" in said.out, "2 of 2 runs" in said.out) == (1, True, True), said
    assert twin("reproduce", "noon", "workers=1").status == 0


Break = Callable[[Path], object]


def _text(name: str, text: str) -> Break:
    return lambda folder: (folder / name).write_text(text)


def _gone(name: str) -> Break:
    return lambda folder: (folder / name).rename(folder / "gone")


def _no_jobs(folder: Path) -> None:
    for job in folder.iterdir():
        if job.is_dir():
            shutil.rmtree(job)


def _no_runs(folder: Path) -> None:
    shutil.rmtree(folder / "runs")


def _json(name: str, change: Callable[[Any], Any]) -> Break:
    def broken(folder: Path) -> None:
        value = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(change(value)))

    return broken


def _half(name: str) -> Break:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-40])


def _without(key: str) -> Callable[[Any], Any]:
    return lambda value: {name: part for name, part in value.items() if name != key}


def _with(**changes: Any) -> Callable[[Any], Any]:
    return lambda value: {**value, **changes}


BROKEN: list[tuple[str, Break, str]] = [
    *[("run", _gone(name), name) for name in ("manifest.json", "ledger.parquet", ".hydra/config.yaml")],
    *[("run", _half(name), name) for name in ("manifest.json", "ledger.parquet", "kpis.json", ".hydra/config.yaml")],
    *[("run", _text("manifest.json", text), "manifest.json") for text in ("", "[]", "null", "3", "{", '"x"', "{}")],
    *[
        ("run", _json("manifest.json", _without(key)), key)
        for key in ("fingerprint", "config_sha256", "seed", "versions")
    ],
    ("run", _json("manifest.json", _with(seed=-1)), "seed"),
    ("run", _json("manifest.json", _with(seed="1")), "seed"),
    ("run", _json("manifest.json", _with(seed=1.5)), "seed"),
    ("run", _json("manifest.json", _with(fingerprint={})), "fingerprint"),
    ("run", _json("manifest.json", _with(fingerprint={"ledger": 3})), "fingerprint"),
    ("run", _json("manifest.json", _with(config_sha256="0" * 64)), "config_sha256"),
    ("run", _json("manifest.json", _with(versions=["numpy"])), "versions"),
    (
        "run",
        _json("manifest.json", _with(fingerprint=dict.fromkeys(("ledger", "trace", "costs", "kpis"), ""))),
        "ledger",
    ),
    ("run", _json("kpis.json", lambda value: [*value]), "kpis.json"),
    ("run", _json("kpis.json", _with(on_time="good")), "kpis.json"),
    ("run", _text(".hydra/config.yaml", "a: &x [1]\nb: *x\n"), "alias"),
    ("run", _text(".hydra/config.yaml", "seed: 1\n"), "config_sha256"),
    ("run", _text(".hydra/config.yaml", "[1, 2]\n"), "config.yaml"),
    ("run", _text(".hydra/config.yaml", "a: " + "[" * 50 + "]" * 50 + "\n"), "flatten"),
    ("run", _text(".hydra/config.yaml", "a: !!python/object/apply:os.system ['true']\n"), "config.yaml"),
    ("run", _text(".hydra/config.yaml", "1: 2\n"), "config.yaml"),
    ("run", _text(".hydra/config.yaml", "day: 2026-01-01\n"), "config_sha256"),
    *[("compare", _gone(name), name) for name in ("manifest.json", "results.csv", "blocks.json", "config/vans.yaml")],
    *[
        ("compare", _half(name), "compare")
        for name in ("manifest.json", "results.csv", "blocks.json", "comparison.json")
    ],
    ("compare", _text("results.csv", "a,b\n1,2\n"), "results.csv"),
    ("compare", _text("results.csv", "arm,seed\nvans,x\n"), "results.csv"),
    ("compare", _text("comparison.json", "{}"), "vans"),
    ("compare", _text("comparison.json", "[]"), "vans"),
    ("compare", _text("blocks.json", "{}"), "vans"),
    ("compare", _text("blocks.json", '{"vans": [{}]}'), "blocks.json"),
    ("compare", _json("manifest.json", _with(arms={"../x": {}})), "arms"),
    ("compare", _json("manifest.json", _with(arms=[])), "arms"),
    ("compare", _json("manifest.json", _with(seeds=[-1])), "seeds"),
    ("sweep", _half("sweep.json"), "sweep.json"),
    ("sweep", _text("sweep.json", "{}"), "sweep.json"),
    ("sweep", _no_runs, "no finished run"),
    ("multirun", _no_jobs, "no run"),
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_broken_folder_is_one_sentence(results: Path, twin: Twin, tmp_path: Path, number: int) -> None:
    """Missing, cut short, emptied, of other types, hostile: the file is named, nothing is played, exit status 2."""
    kind, break_it, says = BROKEN[number]
    shutil.copytree(results / kind, tmp_path / kind)
    break_it(tmp_path / kind)
    before = files(tmp_path)
    said = twin("reproduce", kind, "workers=1")
    assert said.status == 2, said
    assert says in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert files(tmp_path) == before


WORDS = [
    ((), "source"),
    (("nowhere",), "nowhere"),
    (("nowhere.zip",), "nowhere.zip"),
    ((".",), "no result"),
    (("run", "workers=0"), "workers(=0)"),
    (("run", "workers=many"), "workers(='many')"),
    (("run", "worlds=-1"), "worlds(='-1')"),
    (("run", "worlds=1.5"), "worlds"),
    (("run", "wrlds=1"), "did you mean 'worlds'"),
    (("run", "seed=3"), "seed"),
    (("run", "workers"), "workers"),
    (("run", "--frobnicate"), "--frobnicate"),
]


@pytest.mark.parametrize(("words", "says"), WORDS)
def test_wrong_words_are_one_sentence(
    results: Path, twin: Twin, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    """Unknown folders, words and values of ``twin reproduce``."""
    shutil.copytree(results / "run", tmp_path / "run")
    refused(twin, tmp_path, ("reproduce", *words), says)
