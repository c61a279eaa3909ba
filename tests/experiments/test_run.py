"""A run writes one whole folder, and the same run again writes the same results."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.conftest import TOY, Twin, files
from twin.kpis import MEANING
from twin.ledger import Ledger


def manifest(folder: Path) -> Any:
    """The manifest of a run's folder."""
    return json.loads((folder / "manifest.json").read_text())


@pytest.fixture
def noon(twin: Twin, tmp_path: Path) -> Path:
    """The folder of a toy run that was stopped at noon."""
    assert twin("run", *TOY, "until=12:00", "out=noon").status == 0
    return tmp_path / "noon"


def test_a_run_writes_its_folder(twin: Twin, tmp_path: Path) -> None:
    """KPIs with known names, the ledger whose fingerprint the manifest has, the configuration; nothing else."""
    said = twin("run", *TOY, "out=a/b")
    assert said.status == 0
    assert "cost_per_delivered_parcel" in said.out
    assert max(len(line) for line in said.out.splitlines()) <= 80
    names = [".hydra", ".hydra/config.yaml", ".hydra/overrides.yaml", "kpis.json", "ledger.parquet", "manifest.json"]
    assert files(tmp_path / "a" / "b") == names
    assert files(tmp_path) == ["a", "a/b", *(f"a/b/{name}" for name in names)]
    kpis = json.loads((tmp_path / "a" / "b" / "kpis.json").read_text())
    assert set(kpis) <= set(MEANING)
    about = manifest(tmp_path / "a" / "b")
    assert about["fingerprint"]["ledger"] == Ledger.read(tmp_path / "a" / "b" / "ledger.parquet").fingerprint().both
    assert about["seed"] == 1
    assert about["kernel_events"] > 0
    assert about["versions"]["simpy"] != "unknown"


def test_a_run_is_repeated_exactly(twin: Twin, tmp_path: Path) -> None:
    """Same configuration, same fingerprints and digest; another seed, others. Where it is written does not count."""
    for out, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert twin("run", *TOY, f"seed={seed}", f"out={out}").status == 0
    a, b, c = (manifest(tmp_path / out) for out in "abc")
    assert a["fingerprint"] == b["fingerprint"]
    assert a["config_sha256"] == b["config_sha256"]
    assert a["fingerprint"] != c["fingerprint"]
    assert a["config_sha256"] != c["config_sha256"]


def test_the_saved_configuration_is_the_run(twin: Twin, tmp_path: Path) -> None:
    """Running the configuration that was saved gives the run again."""
    assert twin("run", *TOY, "demand.peak=1.2", "out=a").status == 0
    saved = tmp_path / "again"
    saved.mkdir()
    text = (tmp_path / "a" / ".hydra" / "config.yaml").read_text().replace("out: a", "out: b")
    hydra = "hydra:\n  run: {dir: .}\n  output_subdir: null\n  job: {chdir: false}\n"
    logs = "defaults:\n  - override hydra/job_logging: none\n  - override hydra/hydra_logging: none\n  - _self_\n"
    (saved / "mine.yaml").write_text(logs + text + hydra)
    said = twin("run", "--config-dir", "again", "--config-name", "mine")
    assert said.status == 0, said
    assert manifest(tmp_path / "a")["fingerprint"] == manifest(tmp_path / "b")["fingerprint"]


def test_overwriting_replaces_the_whole_folder(twin: Twin, tmp_path: Path) -> None:
    """Nothing of the old run stays when it is replaced."""
    assert twin("run", *TOY, "out=a", "until=12:00").status == 0
    assert twin("run", *TOY, "out=a", "overwrite=true").status == 0
    assert not (tmp_path / "a" / "snapshot.json").exists()
    assert files(tmp_path) == ["a", *(f"a/{name}" for name in files(tmp_path / "a"))]


def test_runs_of_one_second_do_not_collide(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without out=, each run has a folder of its own."""
    monkeypatch.setattr("time.strftime", lambda _: "now")
    for _ in range(2):
        assert twin("run", *TOY).status == 0
    assert [path.name for path in sorted((tmp_path / "outputs" / "run").iterdir())] == ["now", "now-2"]


def test_a_run_that_fails_leaves_nothing(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle of writing: no folder, no temporary one."""
    monkeypatch.setattr("experiments.run.save", _full)
    assert twin("run", *TOY, "until=12:00", "out=a").status == 2
    assert files(tmp_path) == []


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device", "a")


def test_a_resumed_run_is_the_unbroken_one(twin: Twin, tmp_path: Path, noon: Path) -> None:
    """Cut at noon and again at four, saved, resumed: every fingerprint and the digest of the unbroken run."""
    assert twin("run", *TOY, "out=unbroken").status == 0
    assert twin("resume", str(noon / "snapshot.json"), "until=16:00", "out=four").status == 0
    said = twin("resume", "four/snapshot.json", "out=resumed")
    assert said.status == 0
    unbroken, resumed = manifest(tmp_path / "unbroken"), manifest(tmp_path / "resumed")
    assert unbroken["fingerprint"] == resumed["fingerprint"]
    assert unbroken["config_sha256"] == resumed["config_sha256"]


def test_a_stopped_run_says_how_to_go_on(twin: Twin) -> None:
    """The command to type next is in the output."""
    assert "twin resume noon/snapshot.json" in twin("run", *TOY, "until=12:00", "out=noon").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("unti=14:00",), "did you mean 'until'"),
        (("seed=2",), "twin fork"),
        (("until=11:00",), "later"),
        (("until=99:00",), "until"),
        (("overwrite=perhaps",), "overwrite"),
        (("out=noon",), "overwrite=true"),
    ],
)
def test_a_run_goes_on_only_as_it_was(twin: Twin, noon: Path, words: tuple[str, ...], says: str) -> None:
    """What is decided cannot be changed on the way, and nothing is written when it is tried."""
    before = files(noon.parent)
    said = twin("resume", str(noon / "snapshot.json"), *words)
    assert said.status == 2
    assert says in said.err
    assert files(noon.parent) == before


def test_a_fork_that_changes_nothing_differs_in_nothing(twin: Twin, tmp_path: Path, noon: Path) -> None:
    """The same policy named again: both futures have one fingerprint, that of the unbroken run."""
    assert twin("run", *TOY, "out=unbroken").status == 0
    said = twin("fork", str(noon / "snapshot.json"), "policies/routing=nearest", "out=f")
    assert said.status == 0, said
    prints = [manifest(tmp_path / part)["fingerprint"] for part in ("unbroken", "f/original", "f/what_if")]
    assert prints[0] == prints[1] == prints[2]


def test_a_fork_changes_only_the_future(twin: Twin, tmp_path: Path, noon: Path) -> None:
    """Dearer wages after noon: the trace stays, the costs do not."""
    said = twin("fork", str(noon / "snapshot.json"), "fleet.vans_early.kind.wage_usd_h=46.0", "out=f")
    assert said.status == 0, said
    one, other = (manifest(tmp_path / "f" / part)["fingerprint"] for part in ("original", "what_if"))
    assert one["trace"] == other["trace"]
    assert one["costs"] != other["costs"]


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("seed=2", "seed"),
        ("demand.peak=2.0", "demand"),
        ("fleet.vans_early.count=9", "vehicles"),
        ("fleet=bikes", "vehicles"),
        ("carriers=two", "carriers"),
        ("operation.skus=100", "skus"),
        ("until=14:00", "until"),
        ("fleet=vanz", "vans"),
    ],
)
def test_the_past_cannot_be_forked(twin: Twin, noon: Path, override: str, says: str) -> None:
    """What has happened, or is on the road, is refused with the command that could compare it."""
    before = files(noon.parent)
    said = twin("fork", str(noon / "snapshot.json"), override)
    assert said.status == 2
    assert says in said.err
    assert files(noon.parent) == before


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_sweep_is_a_folder_of_runs(twin: Twin, tmp_path: Path, launcher: str) -> None:
    """Every job has a folder named by its number and overrides, equal to the same run alone."""
    if launcher == "joblib":
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="hydra-joblib-launcher is not installed")
    words = ("--multirun", *TOY, "seed=1,2", "out=sweep", f"hydra/launcher={launcher}")
    limit = ("hydra.launcher.n_jobs=2",) if launcher == "joblib" else ()
    said = twin("run", *words, *limit)
    assert said.status == 0, said
    jobs = sorted(path for path in (tmp_path / "sweep").iterdir() if path.is_dir())
    assert [path.name[:2] for path in jobs] == ["0_", "1_"]
    assert all(f"seed={seed}" in path.name for seed, path in zip((1, 2), jobs, strict=True))
    assert twin("run", *TOY, "seed=2", "out=alone").status == 0
    assert manifest(jobs[1])["fingerprint"] == manifest(tmp_path / "alone")["fingerprint"]
