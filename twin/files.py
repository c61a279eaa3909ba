"""Files that are whole or not there: a temporary name, a sync, a rename, a sync of the folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twin.errors import InputError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends without an error."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """See to it that the names in a folder outlive a power cut, where the system can."""
    if os.name == "nt":  # a folder cannot be opened there
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def refuse_endless(path: Path) -> None:
    """Refuse a pipe or a device, which may never begin or never end; what is not there is for who opens it.

    Raises
    ------
    InputError
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError(f"{path} is no ordinary file; write what it holds to one, and name that")
