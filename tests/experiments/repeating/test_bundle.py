"""A bundle is plain files with digests; what is no bundle, or one that was made to do harm, is refused."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import main
from experiments.repeating.bundle import write_bundle
from tests.experiments.conftest import TOY, Twin
from tests.experiments.test_bad_input import refused

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """The files of a bundle of a run."""
    folder = tmp_path_factory.mktemp("bundle")
    assert main(["run", *TOY, f"out={folder / 'run'}"]) == 0
    write_bundle(folder / "run", folder / "run.zip")
    write_bundle(folder / "run", folder / "again.zip")
    assert (folder / "run.zip").read_bytes() == (folder / "again.zip").read_bytes()
    with zipfile.ZipFile(folder / "run.zip") as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def packed(members: Members, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", kind) as into:
        for name, content in members.items():
            into.writestr(name, content)
    return data.getvalue()


def test_everything_is_there_and_nothing_can_run(members: Members) -> None:
    """Configuration, manifest, ledger, versions and a list with digests; no source and no pickle."""
    assert members.keys() == {
        "folder/.hydra/config.yaml", "folder/.hydra/overrides.yaml", "folder/kpis.json", "folder/ledger.parquet",
        "folder/manifest.json", "requirements.txt", "bundle.json",
    }  # fmt: skip
    said = json.loads(members["bundle.json"])
    assert said["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in members.items() if name != "bundle.json"
    }
    assert said["code"].keys() == {"twin", "scenarios", "policies"}
    assert b"numpy==" in members["requirements.txt"]


def listed(members: Members, **more: bytes) -> Members:
    """The same bundle with other files, and a list that vouches for them."""
    kept = {name: content for name, content in (members | more).items() if name != "bundle.json" and content != b"-"}
    said = json.loads(members["bundle.json"])
    said["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in kept.items()}
    return {**kept, "bundle.json": json.dumps(said).encode()}


def about(members: Members, change: Callable[[dict[str, Any]], Any]) -> Members:
    """The same bundle with another list."""
    said = json.loads(members["bundle.json"])
    return {**members, "bundle.json": json.dumps(change(said)).encode()}


NAMES = [
    "../evil", "folder/../evil", "folder/../../evil", "/etc/passwd", "folder//x", "folder/", "folder", "C:\\evil",
    "folder\\..\\x", "folder/a\0b", "data/..", "data/short", "data/" + "g" * 64, "folder/a/../../../x", "evil.py",
    "folder/./x",
    "folder/a b", "folder/" + "x/" * 9 + "y", "folder/" + "x" * 300, "requirements.txt/x", "bundle.json/x",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_out_is_refused(members: Members, twin: Twin, tmp_path: Path, name: str) -> None:
    """Whatever its list vouches for: nothing is written outside, one sentence, exit status 2."""
    (tmp_path / "bad.zip").write_bytes(packed(listed(members, **{name: b"x"})))
    refused(twin, tmp_path, ("reproduce", "bad.zip"), "bad.zip")


CONTENTS: list[tuple[str, Callable[[Members], bytes]]] = [
    ("empty", lambda _: b""),
    ("text", lambda _: b"hello"),
    ("no list", lambda m: packed({n: c for n, c in m.items() if n != "bundle.json"})),
    ("only a list", lambda m: packed({"bundle.json": m["bundle.json"]})),
    ("cut", lambda m: packed(m)[:-100]),
    ("half", lambda m: packed(m)[: len(packed(m)) // 2]),
    ("byte flipped", lambda m: packed(m, zipfile.ZIP_STORED).replace(b"lastmile-twin bundle", b"lastmile-twin bundlf")),
    ("a file more", lambda m: packed({**m, "folder/more.json": b"{}"})),
    ("a file less", lambda m: packed({n: c for n, c in m.items() if n != "folder/kpis.json"})),
    ("another file", lambda m: packed({**m, "folder/kpis.json": b"{}"})),
    ("a manifest less", lambda m: packed(listed(m, **{"folder/manifest.json": b"-"}))),
    ("a ledger that is none", lambda m: packed(listed(m, **{"folder/ledger.parquet": b"PAR1"}))),
    ("another version", lambda m: packed(about(m, lambda said: {**said, "lastmile-twin bundle": 99}))),
    ("a list of a list", lambda m: packed(about(m, lambda said: [said]))),
    ("files of numbers", lambda m: packed(about(m, lambda said: {**said, "files": {"a": 1}}))),
    ("no files", lambda m: packed(about(m, lambda said: {k: v for k, v in said.items() if k != "files"}))),
    ("no data", lambda m: packed(about(m, lambda said: {k: v for k, v in said.items() if k != "data"}))),
    ("data that is not there", lambda m: packed(about(m, lambda said: {**said, "data": {"x": "0" * 64}}))),
    ("a bomb", lambda m: packed(listed(m, **{"folder/kpis.json": b" " * 20_000_000}))),
    ("no JSON", lambda m: packed({**m, "bundle.json": b"{"})),
    ("a wrong digest of data", lambda m: packed(listed(m, **{"data/" + "0" * 64: b"x"}))),
]


@pytest.mark.parametrize("number", range(len(CONTENTS)), ids=[name.replace(" ", "_") for name, _ in CONTENTS])
def test_a_file_that_is_no_whole_bundle_is_refused(members: Members, twin: Twin, tmp_path: Path, number: int) -> None:
    """Empty, cut, changed, of another version, or growing beyond measure: one sentence, exit status 2."""
    (tmp_path / "bad.zip").write_bytes(CONTENTS[number][1](members))
    refused(twin, tmp_path, ("reproduce", "bad.zip"), "")


def test_a_name_twice_is_refused(members: Members, twin: Twin, tmp_path: Path) -> None:
    """Which of two files of one name is meant nobody can say."""
    data = io.BytesIO(packed(members))
    with zipfile.ZipFile(data, "a") as into, pytest.warns(UserWarning, match="Duplicate"):
        into.writestr("folder/kpis.json", "{}")
    (tmp_path / "bad.zip").write_bytes(data.getvalue())
    refused(twin, tmp_path, ("reproduce", "bad.zip"), "no bundle of twin")


WORDS = [
    (("bundle",), "--out"),
    (("bundle", "nowhere", "--out", "x.zip"), "nowhere"),
    (("bundle", ".", "--out", "x.zip"), "no result"),
    (("bundle", "mine"), "--out"),
    (("bundle", "mine", "--out", "x.tar"), "must end with .zip"),
    (("bundle", "mine", "--out", "there.zip"), "--overwrite"),
    (("bundle", "mine", "--out", "nowhere/x.zip"), "nowhere"),
    (("bundle", "mine", "more", "--out", "x.zip"), "more"),
]


@pytest.mark.parametrize(("words", "says"), WORDS)
def test_wrong_words_are_one_sentence(twin: Twin, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    """Folders that hold nothing, and files that are there or cannot be written."""
    (tmp_path / "there.zip").write_text("")
    refused(twin, tmp_path, words, says)


def test_a_link_is_not_followed(members: Members, twin: Twin, tmp_path: Path) -> None:
    """A folder that was got from somebody else takes no file of ours along."""
    for name, content in members.items():
        if name.startswith("folder/"):
            target = tmp_path / "mine" / name.removeprefix("folder/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    (tmp_path / "secret").write_text("mine")
    (tmp_path / "mine" / "snapshot.json").symlink_to(tmp_path / "secret")
    refused(twin, tmp_path, ("bundle", "mine", "--out", "x.zip"), "is a link")
