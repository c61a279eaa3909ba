"""A snapshot is a file from somebody: it names no code that runs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.experiments.conftest import TOY, Twin, files


@pytest.fixture
def noon(twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A snapshot of a run with a plug-in, which is then loaded no more."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert twin("new-policy", "routing", "made_to_be_saved").status == 0
    words = ("--config-dir", "conf", *TOY[:-1], "policies/routing=made_to_be_saved", "plugins=[made_to_be_saved]")
    said = twin("run", *words, "until=12:00", "out=noon")
    assert said.status == 0, said
    sys.modules.pop("made_to_be_saved")
    yield tmp_path / "noon" / "snapshot.json"
    sys.modules.pop("made_to_be_saved", None)


@pytest.mark.parametrize("command", [("resume",), ("fork", "policies/notifying=silent")])
def test_a_plugin_must_be_named_again(twin: Twin, noon: Path, command: tuple[str, ...]) -> None:
    """Going on without naming it is refused before it is imported; with it, the run goes on."""
    before = files(noon.parents[1])
    words = (command[0], str(noon), *command[1:])
    said = twin(*words)
    assert said.status == 2
    assert "plugins=[...]" in said.err
    assert "made_to_be_saved" not in sys.modules
    assert files(noon.parents[1]) == before
    said = twin(*words, "plugins=[made_to_be_saved]", "out=on")
    assert said.status == 0, said
