"""The file that a check compares with: what was played, what came of it, and marks to find differences by."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.config import Text
from experiments.gate.figures import PARTS, QUANTILES
from experiments.gate.marks import Marks, unreadable
from experiments.origin import override_key
from experiments.problems import input_error
from experiments.study import Name
from twin.errors import InputError
from twin.files import write_text
from twin.units import STRICT

SCHEMA = 1
STAMP = "lastmile-twin baseline"
LARGEST = 64 << 20
NEVER_KEPT = ("plugins", "programs", "out", "overwrite", "until", "hydra")
"""Overrides that a file must not bring: they run code, or say where to write."""

Digest = Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{32}$")]
Numbers = tuple[Annotated[float, Field(strict=True, allow_inf_nan=False)] | None, ...]
Words = tuple[Text, ...]
Count = Annotated[int, Field(strict=True, ge=0, le=1 << 40)]


@checked(frozen=True, config=STRICT)
class Kept:
    """Marks of the ledger of the first world, as JSON."""

    trace: Annotated[str, Field(strict=True)]
    costs: Annotated[str, Field(strict=True)]
    parcels: Annotated[str, Field(strict=True)]
    events: Count
    postings: Count


@checked(frozen=True, config=STRICT)
class Recorded:
    """The runs of one scenario, one entry a world in every column."""

    overrides: Words
    settings: dict[str, Any]
    data_sha256: dict[str, Text]
    fingerprints: tuple[Digest, ...]
    totals: dict[str, Numbers]
    first: Kept

    @property
    def marks(self) -> Marks:
        """Of the ledger of the first world."""
        return Marks(self.first.trace, self.first.costs, self.first.parcels, self.first.events, self.first.postings)

    def columns(self, worlds: int) -> dict[str, NDArray[np.float64]]:
        """Totals and quantiles of the first worlds; NaN where one is not defined."""
        return {name: np.array(column[:worlds], dtype=np.float64) for name, column in self.totals.items()}


@checked(frozen=True, config=STRICT)
class Baseline:
    """What a baseline file holds."""

    seed: Annotated[int, Field(strict=True, ge=0, lt=1 << 62)]
    worlds: Annotated[int, Field(strict=True, ge=16, le=4096)]
    overrides: Words
    commit: Text | None
    versions: dict[str, Text]
    scenarios: Annotated[dict[Name, Recorded], Field(min_length=1, max_length=24)]


@dataclass(frozen=True)
class Stored:
    """A baseline and its digest, which tells one from another."""

    baseline: Baseline
    digest: str


def write_baseline(path: Path, baseline: Baseline) -> str:
    """Write a baseline, whole or not at all, and return its digest."""
    body = json.loads(json.dumps(asdict(baseline), allow_nan=False))
    digest = digest_of(body)
    text = json.dumps({STAMP: SCHEMA, "digest": digest, "body": body}, separators=(",", ":"), allow_nan=False)
    write_text(path, text + "\n")
    return digest


def read_baseline(path: Path) -> Stored:
    """Read a baseline.

    Raises
    ------
    InputError
        If it cannot be read, is damaged, is of another schema, or describes what cannot be.
    """
    given = _json(path)
    if not isinstance(given, dict) or STAMP not in given:
        raise InputError(f"{path}: is no baseline; write one with twin check --update baseline={path}")
    if given[STAMP] != SCHEMA or isinstance(given[STAMP], bool):
        raise InputError(
            f"{path}: is a baseline of schema {given[STAMP]!r}, this twin reads {SCHEMA}; write it anew with --update"
        )
    if set(given) != {STAMP, "digest", "body"} or digest_of(given["body"]) != given["digest"]:
        raise InputError(f"{path}: has been changed since it was written; restore it, or write it anew with --update")
    try:
        found: Baseline = TypeAdapter(Baseline).validate_python(_tuples(given["body"]))
    except ValidationError as error:
        raise input_error(error, Baseline, lambda _: str(path)) from None
    _agree(path, found)
    return Stored(found, given["digest"])


def digest_of(body: Any) -> str:
    """Digest of a JSON value."""
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=16).hexdigest()


def keepable(overrides: Sequence[str]) -> list[str]:
    """The overrides that a baseline may bring along."""
    return [word for word in overrides if override_key(word).partition(".")[0] not in NEVER_KEPT]


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: is larger than {LARGEST >> 20} MB; a baseline is not, so check the path")
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=partial(_no_number, path))
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise InputError(
            f"baseline(={path}) cannot be read ({why}); check the path, or write it with --update"
        ) from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: is not JSON, or only part of it; restore it") from None


def _no_number(path: Path, name: str) -> None:
    raise InputError(f"{path}: {name} is no number; restore the file, or write it anew with --update")


def _tuples(value: Any) -> Any:
    """Lists as tuples: strict fields take no lists."""
    if isinstance(value, dict):
        return {name: inner if name == "settings" else _tuples(inner) for name, inner in value.items()}
    return tuple(_tuples(inner) for inner in value) if isinstance(value, list) else value


def _agree(path: Path, found: Baseline) -> None:
    """Refuse what types cannot: columns that are missing or of another length, words that a file must not say."""
    for name, part in found.scenarios.items():
        where = f"{path}: scenarios.{name}"
        columns = {"fingerprints": part.fingerprints, **{f"totals.{key}": part.totals.get(key) for key in _NEEDED}}
        for key, column in columns.items():
            if column is None or len(column) != found.worlds:
                said = "is missing" if column is None else f"has {len(column)} entries"
                raise InputError(f"{where}.{key} {said}, not one for each of {found.worlds} worlds; restore the file")
        if wrong := unreadable(part.marks):
            raise InputError(f"{where}.first.{wrong} is not what a check writes; restore the file")
        _harmless(where, part.overrides)
    _harmless(str(path), found.overrides)


_NEEDED = (*PARTS, *QUANTILES)


def _harmless(where: str, overrides: Sequence[str]) -> None:
    refused = [word for word in overrides if word not in keepable([word])]
    if refused:
        raise InputError(f"{where}: the override {refused[0]!r} may not come from a file; give it on the command line")
