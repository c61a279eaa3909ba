"""What set a number that is not as shipped: the command line, a choice, a pack; and where a file has it from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from experiments.confdir import conf_dir
from experiments.origin import COMMAND_LINE, Origin, override_key, touches

LONGEST = 400
"""Letters of what a file says of itself that are repeated."""


def set_by(origin: Origin, key: str) -> str:
    """What set a key, in a few words; of a file that is not shipped also what its head says of where it comes from.

    ``twin calibrate`` writes such a head: the records, their digest, how many were used.
    """
    if origin.file:
        return Path(origin.file).name
    if origin.choices is None:  # a part of a sweep, which keeps its words and no files
        said = [word for word in origin.overrides if touches(override_key(word), key)]
        return " ".join(said or [word for word in origin.overrides if override_key(word) == "scenario"])
    file = origin.file_of(key)
    if file is None:
        return COMMAND_LINE
    head = "" if file.is_relative_to(conf_dir()) or not file.is_file() else _head(_owner(file, key))
    return f"{_choice(origin, file)}: {head}" if head else _choice(origin, file)


def _choice(origin: Origin, file: Path) -> str:
    """As on the command line: ``weather=storm``; the primary file by its name."""
    for source in origin.sources:
        if file.is_relative_to(source) and len(file.relative_to(source).parts) > 1:
            return f"{file.relative_to(source).parent.as_posix()}={file.stem}"
    return file.name


def _owner(file: Path, key: str) -> Path:
    """The file, or the one beside it that it builds on, that has the key itself."""
    for one in _chain(file):
        said: Any = OmegaConf.load(one)
        parts = key.split(".")
        if any(OmegaConf.select(said, ".".join(parts[at:])) is not None for at in range(len(parts))):
            return one
    return file


def _chain(file: Path) -> Iterator[Path]:
    """A file and those beside it that it names as its defaults, nearest first."""
    yield file
    defaults = OmegaConf.to_container(OmegaConf.load(file), resolve=False)
    named = (defaults.get("defaults") or []) if isinstance(defaults, dict) else []
    for name in (name for name in named if isinstance(name, str) and "/" not in name):
        beside = file.with_name(f"{name}.yaml")
        if beside != file and beside.is_file():
            yield from _chain(beside)


def _head(file: Path) -> str:
    """The comments that a file begins with, on one line."""
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        if not line.startswith("# @package"):
            lines.append(line.lstrip("# ").strip())
    text = "; ".join(line for line in lines if line)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
