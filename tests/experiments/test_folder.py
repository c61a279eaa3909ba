"""Folders are whole or not there, and nobody else's is touched."""

from pathlib import Path

import pytest

from experiments.folder import target, whole
from tests.experiments.conftest import files
from twin.errors import InputError


def test_a_folder_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    """While it is being written there is nothing under its name."""
    path = tmp_path / "deep" / "run"
    with whole(path) as inside:
        (inside / "a.txt").write_text("a")
        assert not path.exists()
    assert files(tmp_path) == ["deep", "deep/run", "deep/run/a.txt"]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    """The old folder stays as it was, and the temporary one goes."""
    path = tmp_path / "run"
    with whole(path) as inside:
        (inside / "old.txt").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        _stopped_while_writing(path)
    assert files(tmp_path) == ["run", "run/old.txt"]


def _stopped_while_writing(path: Path) -> None:
    with whole(path) as inside:
        (inside / "new.txt").write_text("new")
        raise KeyboardInterrupt


def test_a_replaced_folder_keeps_nothing_of_the_old(tmp_path: Path) -> None:
    """Replacing is not merging."""
    path = tmp_path / "run"
    for name in ("old.txt", "new.txt"):
        with whole(path) as inside:
            (inside / name).write_text(name)
    assert files(tmp_path) == ["run", "run/new.txt"]


def test_only_our_folders_are_overwritten(tmp_path: Path) -> None:
    """Without a manifest of ours a folder is somebody else's."""
    mine, others = tmp_path / "mine", tmp_path / "others"
    for folder, name in ((mine, "manifest.json"), (others, "photo.jpg")):
        folder.mkdir()
        (folder / name).touch()
    assert target(str(mine), "run", overwrite=True) == mine
    with pytest.raises(InputError, match="overwrite=true"):
        target(str(mine), "run", overwrite=False)
    with pytest.raises(InputError, match="did not write"):
        target(str(others), "run", overwrite=True)


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    """Somebody made it for this."""
    assert target(str(tmp_path), "run", overwrite=False) == tmp_path


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link where the folder should be could lead anywhere."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(InputError, match="no folder"):
        target(str(tmp_path / "link"), "run", overwrite=True)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    """A folder below a file cannot be made."""
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="no folder that you may write to"):
        target(str(tmp_path / "file" / "run"), "run", overwrite=False)
