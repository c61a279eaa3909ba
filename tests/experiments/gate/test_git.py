"""Old code is found, played and taken away again; a bisection ends at the commit that did it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from experiments.gate.git import commit_of, files_of, here, twin_there
from tests.experiments.gate.conftest import Twin
from tests.source import ROOT
from twin.errors import InputError


def git(folder: Path, *words: str) -> str:
    """Run git as somebody."""
    who = ("-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607


def commit(folder: Path, message: str) -> str:
    """Everything in a folder, as a commit."""
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two commits of one file, and us in it."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    for text in ("one", "two"):
        (folder / "file").write_text(text)
        commit(folder, text)
    monkeypatch.chdir(folder)
    return folder


def test_the_files_of_a_commit_are_there_and_gone_again(repository: Path) -> None:
    """Old files beside the new ones, which stay as they are; afterwards neither folder nor worktree is left."""
    with files_of(commit_of("against", "HEAD~1")) as tree:
        assert (tree / "file").read_text() == "one"
        assert (repository / "file").read_text() == "two"
    assert not tree.exists()
    assert len(git(repository, "worktree", "list").splitlines()) == 1


def test_a_commit_is_said_with_its_changes(repository: Path) -> None:
    """The digest, with a mark once a file differs from it."""
    head = git(repository, "rev-parse", "HEAD")
    assert here() == head
    (repository / "file").write_text("three")
    assert here() == f"{head}-dirty"


@pytest.mark.parametrize("name", ["nowhere", "--help", "-x", "", "HEAD:file", "HEAD~9", "; true", "\x01"])
@pytest.mark.usefixtures("repository")
def test_what_is_no_commit_is_refused(name: str) -> None:
    """No option of git comes through as a name."""
    with pytest.raises(InputError, match="is no commit"):
        commit_of("against", name)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("good=HEAD",), "bad must be given once"),
        (("good=HEAD", "bad=HEAD", "bad=HEAD"), "bad must be given once"),
        (("good=x", "bad=HEAD", "baseline=file"), "good(=x) is no commit"),
        (("good=HEAD", "bad=HEAD~1", "baseline=file"), "does not come before"),
        (("good=HEAD", "bad=HEAD", "baseline=file"), "does not come before"),
        (("good=HEAD~1", "bad=HEAD", "baseline=none"), "is not there"),
    ],
)
def test_a_bisection_that_cannot_be_is_one_sentence(
    twin: Twin, repository: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], fault: str
) -> None:
    """Status 2 and the word that is wrong."""
    monkeypatch.chdir(repository)
    said = twin("bisect", *words)
    assert said.status == 2
    assert fault in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.slow
def test_the_commit_that_did_it_is_found(
    twin: Twin, baseline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four commits of the project, one of which makes vans dearer: it is named, and against= sees both events."""
    folder = tmp_path / "project"
    kept = ("twin", "policies", "scenarios", "experiments", "conf")
    for name in kept:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(baseline, folder / "kpi.json")
    git(folder, "init", "-q")
    good = commit(folder, "good")
    kind = folder / "conf" / "vehicle" / "van.yaml"
    dearer = kind.read_text().replace("fixed_usd_day: ", "fixed_usd_day: 1")
    for number in range(3):
        if number == 1:
            kind.write_text(dearer)
        (folder / "note").write_text(str(number))
        commit(folder, f"change {number}")
    monkeypatch.chdir(folder)
    said = twin("bisect", f"good={good}", "bad=HEAD", "baseline=kpi.json", "workers=1")
    assert said.status == 0, said
    assert said.out.rstrip().endswith(": change 1")
    assert git(folder, "status", "--porcelain") == ""
    told = twin_there(folder, ["check", "baseline=kpi.json", "against=HEAD~2", "seed=100", "workers=1"])
    assert told.returncode == 1, told
    assert "cost_per_delivered_parcel of default is worse by" in told.stdout
    assert "default: Before: posting" in told.stdout
