"""The folder that a command writes: whole or not there."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from twin.errors import InputError

ORIGINAL, WHAT_IF = "original", "what_if"
"""The two futures in a folder of ``twin fork``."""
OURS = (
    "manifest.json", "comparison.json", "multirun.yaml", "sweep.json", "sensitivity.json", "flip.json",
    f"{ORIGINAL}/manifest.json",
)  # fmt: skip
"""A folder that holds one of these was written by us, and may be overwritten by us."""


def target(out: str | None, kind: str, *, overwrite: bool) -> Path:
    """The folder to write, checked before any work is done.

    Parameters
    ----------
    out : str or None
        What the user asked for; None gives ``outputs/<kind>/<date and time>``.

    Raises
    ------
    InputError
        If it is there already and not to be overwritten, or cannot be written.
    """
    if out is None:
        path = _fresh(Path("outputs") / kind / time.strftime("%Y-%m-%d_%H-%M-%S"))
        _may_write(path)
        return path
    if not out.strip() or "\0" in out:
        raise InputError(f"out(={out!r}) must name a folder; write out=outputs/my_run")
    if out.startswith("~"):
        raise InputError(f"out(={out}): ~ is written out on the command line only; write the home folder out")
    path = Path(out)
    try:
        if path.exists() or path.is_symlink():
            _may_replace(path, overwrite)
        _may_write(path)
    except OSError as error:
        raise InputError(f"out(={out[:60]}...) cannot be used ({error.strerror}); choose another name") from None
    return path


def _may_write(path: Path) -> None:
    parent = next(parent for parent in path.absolute().parents if parent.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(f"out(={path}) cannot be written: {parent} is no folder that you may write to; choose another")


def _may_replace(path: Path, overwrite: bool) -> None:
    if not path.is_dir() or path.is_symlink():
        raise InputError(f"out(={path}) is there and is no folder; choose another name")
    if not any(path.iterdir()):
        return
    if not overwrite:
        raise InputError(f"out(={path}) is there already; choose another name, or add overwrite=true")
    if not any((path / name).is_file() for name in OURS):
        raise InputError(f"out(={path}) holds files that twin did not write; choose another name")


def _fresh(path: Path) -> Path:
    candidates = (path if n == 1 else path.with_name(f"{path.name}-{n}") for n in range(1, 10_000))
    return next(candidate for candidate in candidates if not candidate.exists())


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary folder beside ``path`` that takes its place when the block ends without an error.

    Raises
    ------
    InputError
        If it, or what the block writes, cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with no_empty_parents(path):
        try:
            temporary.mkdir(parents=True)
            yield temporary
            if path.exists() and any(path.iterdir()):
                _swap(temporary, path)
            else:
                temporary.replace(path)
        except OSError as error:
            why = error.strerror or error
            raise InputError(f"out(={path}) cannot be written ({why}); make space or choose another folder") from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def no_empty_parents(path: Path) -> Iterator[None]:
    """Folders above ``path`` that are made within the block and stay empty are taken away again."""
    missing = [parent for parent in path.parents if not parent.exists()]
    try:
        yield
    finally:
        for parent in missing:
            with suppress(OSError):  # holds what was to be written, or something of somebody else
                parent.rmdir()


def _swap(new: Path, old: Path) -> None:
    aside = old.with_name(f".{old.name}.{os.getpid()}.old")
    old.replace(aside)
    new.replace(old)
    shutil.rmtree(aside)
