"""What a run is known by: its configuration, the code and packages that play it, the data it reads."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from experiments.config import NOT_HASHED, Job, data_files, file_sha256, sha256_of
from experiments.versions import versions

OURS = ("twin", "scenarios", "policies")
"""Packages that decide an outcome; those of plug-ins come in addition."""
SCHEMA = 2
"""Raised when the same configuration and code would be recorded otherwise."""


def config_digest(settings: Mapping[str, Any]) -> str:
    """Of what decides the outcome, but the seed."""
    without = (*NOT_HASHED, "seed")
    return sha256_of({key: value for key, value in settings.items() if key not in without and value is not None})


def cell_key(job: Job) -> str:
    """Of all that decides the outcome, but the seed: two runs with equal key and seed are the same run."""
    targets = (str(policy["_target_"]) for policy in job.plain["policies"].values())
    packages = sorted({*OURS, *(target.partition(".")[0] for target in targets)})
    parts = {
        "schema": SCHEMA,
        "config": config_digest(job.plain),
        "data": data_files(job),
        "code": {name: code_digest(name) for name in packages},
        "programs": program_files(job),
        "versions": _versions(),
    }
    return sha256_of(parts)


def program_files(job: Job) -> dict[str, str]:
    """Digest of each file that a word of a program names: other code may decide otherwise."""
    words = [word for command in job.options.programs.values() for word in command]
    return {word: file_sha256("programs", Path(word)) for word in words if Path(word).is_file()}


@cache
def code_digest(package: str) -> str:
    """Of the sources of a package, or of a module: names and texts."""
    digest = hashlib.sha256()
    for name, file in sorted(_sources(package)):
        text = file.read_bytes()
        digest.update(f"{name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def _sources(package: str) -> Iterable[tuple[str, Path]]:
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for file in Path(folder).rglob("*.py"):
            yield file.relative_to(folder).as_posix(), file
    if spec and spec.origin and not spec.submodule_search_locations:
        yield package, Path(spec.origin)


@cache
def _versions() -> dict[str, str]:
    return versions()
