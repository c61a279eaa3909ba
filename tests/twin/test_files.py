"""Files are whole or not there."""

import os
from pathlib import Path

import pytest

from twin.errors import InputError
from twin.files import refuse_endless, replacing, write_text


def test_a_text_is_written(tmp_path: Path) -> None:
    """The text, in UTF-8, and nothing beside it."""
    write_text(tmp_path / "a.txt", "Zürich\n")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "Zürich\n"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Until the block ends the old file stands there, then the new one."""
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with replacing(path) as temporary:
        temporary.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "new"


def half_written(path: Path) -> None:
    """Fail in the middle of writing."""
    with replacing(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise RuntimeError("disk")


@pytest.mark.parametrize("existed", [True, False])
def test_an_error_leaves_what_was_there(tmp_path: Path, existed: bool) -> None:
    """Half-written work is gone, the old file is untouched, and the error goes on."""
    path = tmp_path / "a.txt"
    if existed:
        write_text(path, "old")
    with pytest.raises(RuntimeError, match="disk"):
        half_written(path)
    assert [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()] == ["old"] * existed


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Nothing is made up on the way."""
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "none" / "a.txt", "text")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_may_never_end_is_refused(tmp_path: Path) -> None:
    """A pipe and a device; a file, a folder and what is not there are for who opens them."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(InputError, match="is no ordinary file"):
            refuse_endless(path)
    for path in (Path(__file__), tmp_path, tmp_path / "nowhere"):
        refuse_endless(path)
