"""What a folder keeps of its runs: enough to play each again and to compare."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.config import FILE_KEYS, settings_sha256
from experiments.folder import ORIGINAL, WHAT_IF
from experiments.guard import present
from experiments.repeating.blocks import Blocks
from experiments.sweeping.journal import PLAN, read_journal
from experiments.yamlfiles import scan
from twin.errors import InputError
from twin.units import hhmm

LOOSE = ConfigDict(strict=True, extra="ignore")
MOST_BYTES = 1 << 28
"""Of a JSON or YAML file that is read: no folder of ours comes near."""
NOT_KEPT = ("out", "overwrite", "plugins")
"""Where to write is said anew, and so is whom to trust: plug-ins run code."""
Values = dict[str, float]
Seed = Annotated[int, Field(ge=0, lt=1 << 63)]


@dataclass(frozen=True)
class Before:
    """The run that ``twin fork`` changed: its whole configuration, and until when (ms) it was that."""

    settings: dict[str, Any]
    until: int


@dataclass(frozen=True)
class Past:
    """One run that was played.

    Attributes
    ----------
    name : str
        Of its arm or cell; empty for the run of a run folder.
    settings : dict
        Its whole configuration.
    fingerprints : dict
        ``ledger``, and what else was kept of it.
    blocks : Blocks or None
        A trace of its ledger.
    ledger : Path or None
        The ledger itself.
    before : Before or None
        What it was changed from halfway.
    """

    name: str
    seed: int
    settings: dict[str, Any]
    fingerprints: dict[str, str]
    values: Values
    blocks: Blocks | None = None
    ledger: Path | None = None
    before: Before | None = None

    def trusting(self, plugins: tuple[str, ...]) -> "Past":
        """The same run, with modules that may be imported for it."""
        more = {"plugins": list(plugins)}
        before = self.before and replace(self.before, settings={**self.before.settings, **more})
        return replace(self, settings={**self.settings, **more}, before=before)


@dataclass(frozen=True)
class Kept:
    """What a folder keeps.

    Attributes
    ----------
    kind : str
        ``run``, ``fork``, ``comparison``, ``sweep`` or ``multirun``.
    data : dict
        Path, as it is configured -> SHA-256 of the file that was read then.
    files : tuple of str
        Patterns of the files that belong to it.
    """

    kind: str
    folder: Path
    runs: tuple[Past, ...]
    versions: dict[str, str]
    data: dict[str, str]
    files: tuple[str, ...]


@checked(frozen=True, config=LOOSE)
class RunManifest:
    """What is read of the manifest of a run."""

    fingerprint: dict[str, str]
    config_sha256: str
    seed: Seed
    versions: dict[str, str]
    data_sha256: dict[str, str]
    forked_ms: int | None = None


@checked(frozen=True, config=LOOSE)
class ArmManifest:
    """What is read of an arm in the manifest of a comparison."""

    config_sha256: str
    data_sha256: dict[str, str]


@checked(frozen=True, config=LOOSE)
class StudyManifest:
    """What is read of the manifest of a comparison."""

    arms: dict[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")], ArmManifest]
    seeds: tuple[Seed, ...] = Field(strict=False)
    versions: dict[str, str] = Field()


def kept_in(folder: Path) -> Kept:
    """What a folder of ``twin run``, ``fork``, ``compare``, ``sweep`` or ``--multirun`` keeps.

    Raises
    ------
    InputError
        If it is none of them, not whole, or does not agree with itself.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is not there; name a folder of twin run, compare or sweep, or a bundle")
    if (folder / PLAN).is_file():
        return _sweep(folder)
    if (folder / "comparison.json").is_file():
        return _comparison(folder)
    if (folder / "kpis.json").is_file():
        return _run(folder)
    if (folder / "multirun.yaml").is_file():
        return _multirun(folder)
    if (folder / ORIGINAL).is_dir() and (folder / WHAT_IF).is_dir():
        return _fork(folder)
    raise InputError(f"{folder}: holds no result; name a folder of twin run, compare or sweep, or a bundle")


def _run(folder: Path, changed: Past | None = None) -> Kept:
    said: RunManifest = _checked(RunManifest, folder / "manifest.json")
    if said.forked_ms is not None and changed is None:
        raise InputError(
            f"{folder}: was changed at {hhmm(said.forked_ms)} by twin fork; name the folder above it, which also has "
            "the run that it was changed from"
        )
    before = None if said.forked_ms is None or changed is None else Before(changed.settings, said.forked_ms)
    values: Values = _checked(Values, folder / "kpis.json")
    settings = _settings(folder / ".hydra" / "config.yaml", said.config_sha256)
    for name in ("ledger", "trace", "costs", "kpis"):
        if name not in said.fingerprint:
            raise InputError(f"{folder / 'manifest.json'}: fingerprint.{name} is missing; restore the file")
    past = Past("", said.seed, settings, said.fingerprint, values, ledger=folder / "ledger.parquet", before=before)
    files = ("kpis.json", "ledger.parquet", "manifest.json", ".hydra/*.yaml", "snapshot.json")
    return Kept("run", folder, (past,), said.versions, _data(settings, said.data_sha256), files)


def _comparison(folder: Path) -> Kept:
    said: StudyManifest = _checked(StudyManifest, folder / "manifest.json")
    found = read_json(folder / "comparison.json")
    blocks: dict[str, list[Blocks]] = _checked(dict[str, list[Blocks]], folder / "blocks.json")
    values = _results(folder / "results.csv")
    runs: list[Past] = []
    data: dict[str, str] = {}
    for arm, about in said.arms.items():
        settings = _settings(folder / "config" / f"{arm}.yaml", about.config_sha256)
        data |= _data(settings, about.data_sha256)
        for world, seed in enumerate(said.seeds):
            try:
                its = str(found["arms"][arm]["fingerprints"][world])
                one, kept = values[arm, seed], blocks[arm][world]
            except (KeyError, IndexError, TypeError):
                raise InputError(f"{folder}: says nothing of arm {arm} with seed {seed}; restore its files") from None
            runs.append(Past(arm, seed, {**settings, "seed": seed}, {"ledger": its}, one, kept))
    files = ("comparison.json", "results.csv", "manifest.json", "blocks.json", "config/*.yaml", *_SHOWN)
    return Kept("comparison", folder, tuple(runs), said.versions, data, files)


_SHOWN = ("report.html", "figures/*.svg", "figures/*.csv")


def _sweep(folder: Path) -> Kept:
    journal = read_journal(folder)
    runs: list[Past] = []
    data: dict[str, str] = {}
    try:
        for cell in journal.plan["cells"]:
            data |= _data(cell["settings"], cell["data"])
        for number, seed in journal.runs():
            cell, run = journal.plan["cells"][number], journal.run(number, seed)
            if run is not None:
                settings = {key: value for key, value in cell["settings"].items() if key not in NOT_KEPT}
                prints, blocks = {"ledger": run["fingerprint"]}, TypeAdapter(Blocks).validate_python(run["blocks"])
                runs.append(Past(cell["label"], seed, {**settings, "seed": seed}, prints, run["values"], blocks))
    except (KeyError, TypeError, ValidationError) as error:
        raise InputError(f"{folder}: is of another version ({type(error).__name__}); play the sweep again") from None
    if not runs:
        raise InputError(f"{folder}: has no finished run; repeat its twin sweep first")
    files = (PLAN, "runs/*.json", "results.parquet", *_SHOWN)
    return Kept("sweep", folder, tuple(runs), journal.plan["versions"], data, files)


def _multirun(folder: Path) -> Kept:
    jobs = sorted(
        (path for path in folder.iterdir() if path.is_dir() and path.name.partition("_")[0].isdigit()),
        key=lambda path: int(path.name.partition("_")[0]),
    )
    if not jobs:
        raise InputError(f"{folder}: holds no run; name a folder of twin run, compare or sweep, or a bundle")
    return _together("multirun", folder, [kept_in(job) for job in jobs], ("multirun.yaml",))


def _fork(folder: Path) -> Kept:
    original = _run(folder / ORIGINAL)
    return _together("fork", folder, [original, _run(folder / WHAT_IF, original.runs[0])])


def _together(kind: str, folder: Path, parts: list[Kept], files: tuple[str, ...] = ()) -> Kept:
    """Folders within a folder as one."""
    runs = [replace(run, name=f"{part.folder.name} {run.name}".strip()) for part in parts for run in part.runs]
    data = {path: sha256 for part in parts for path, sha256 in part.data.items()}
    theirs = [f"{part.folder.name}/{name}" for part in parts for name in part.files]
    return Kept(kind, folder, tuple(runs), parts[0].versions, data, (*files, *theirs))


def read_json(path: Path) -> Any:
    """The value of a JSON file.

    Raises
    ------
    InputError
        If it cannot be read, or is none.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path}: is larger than any file of twin; restore it")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); restore the folder") from None
    except (ValueError, RecursionError):
        raise InputError(f"{path}: is no JSON that twin wrote; restore it") from None


def _checked(kind: Any, path: Path) -> Any:
    try:
        return TypeAdapter(kind).validate_json(json.dumps(read_json(path)))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in problem["loc"]) or "it"
        raise InputError(f"{path}: {place} is not what twin wrote ({problem['msg'].lower()}); restore it") from None


def _settings(path: Path, sha256: str) -> dict[str, Any]:
    """A configuration, when it is the one that was played."""
    if path.is_file() and path.stat().st_size > MOST_BYTES >> 4:
        raise InputError(f"{path}: is larger than any configuration; restore it")
    scan(path)
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError):
        read = None
    if not isinstance(read, dict) or not all(isinstance(key, str) for key in read):
        raise InputError(f"{path}: is no configuration that twin wrote; restore it")
    present(read, lambda _: str(path))
    if _sha256(read) != sha256:
        raise InputError(f"{path}: is not the configuration that was played (config_sha256); restore it")
    return {key: value for key, value in read.items() if key not in NOT_KEPT}


def _sha256(settings: dict[str, Any]) -> str:
    try:
        return settings_sha256(settings)
    except (TypeError, ValueError):  # a date, a set, or mixed keys: nothing that we wrote
        return ""


def _results(path: Path) -> dict[tuple[str, int], Values]:
    """Arm and seed -> the figures of each run."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        return {(row.pop("arm"), int(row.pop("seed"))): _figures(row) for row in rows}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error):
        raise InputError(f"{path}: is no table that twin wrote; restore it") from None


def _figures(row: Mapping[str, str]) -> Values:
    return {name: float(text) for name, text in row.items() if name != "fingerprint" and text != ""}


def _data(settings: Mapping[str, Any], recorded: Mapping[str, str]) -> dict[str, str]:
    """Path -> digest of each data file that a configuration names."""
    return {path: recorded.get(key, "") for key, path in files_in(settings)}


def files_in(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Key and path of each data file that a configuration names."""
    for key in FILE_KEYS:
        group, _, name = key.partition(".")
        part = settings.get(group)
        if isinstance(part, dict) and isinstance(part.get(name), str):
            yield key, part[name]
