"""One file that holds all it takes to play a result again: its folder, its data files, and what played it.

A zip of plain files, none of which can run: its list names each with its digest, and data files are called by theirs.
"""

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.config import file_sha256
from experiments.repeating.again import check_data, check_ledgers
from experiments.repeating.kept import LOOSE, Kept, files_in, kept_in
from experiments.sweeping.identity import OURS, code_digest
from twin.errors import InputError
from twin.files import replacing

LIST, FOLDER, DATA, NEEDED = "bundle.json", "folder", "data", "requirements.txt"
SCHEMA = 1
_NAME = re.compile(r"(?:folder(?:/(?!\.\.?/)[\w=,.+-]{1,255}){1,4}|data/[0-9a-f]{64}|requirements\.txt)")
MOST_FILES = 1_100_000
MOST_BYTES = 1 << 33
MOST_OF_THE_LIST = 1 << 28
MOST_RATIO = 400
"""Of a file's size to what it takes in the bundle; our own come to 60 at most."""
_WHEN = (1980, 1, 1, 0, 0, 0)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@checked(frozen=True, config=LOOSE)
class Contents:
    """The list of a bundle: digests of its files, of data files by the path in the configuration, and of the code."""

    files: dict[str, str]
    data: dict[str, str]
    code: dict[str, str]


@dataclass(frozen=True)
class Packed:
    """A bundle that was written."""

    files: int
    data: int
    bytes: int
    plugins: tuple[str, ...]


def write_bundle(folder: Path, path: Path) -> Packed:
    """Pack a folder.

    Raises
    ------
    InputError
        If it is not whole, or a data file has changed since.
    """
    kept = kept_in(folder)
    check_ledgers(kept)
    check_data(kept)
    members = {f"{FOLDER}/{name}": folder / name for name in _files(kept)}
    data = {where: file_sha256(key, Path(where)) for past in kept.runs for key, where in files_in(past.settings)}
    members |= {f"{DATA}/{sha256}": Path(where) for where, sha256 in data.items()}
    plugins = _plugins(kept)
    code = {name: code_digest(name) for name in (*OURS, *plugins)}
    needed = "".join(f"{name}=={was}\n" for name, was in kept.versions.items() if name != "python" and was != "unknown")
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as into:
        digests = {name: _add(into, name, source) for name, source in members.items()}
        digests[NEEDED] = _add_text(into, NEEDED, needed)
        about = {"lastmile-twin bundle": SCHEMA, "kind": kept.kind, "versions": kept.versions, "plugins": list(plugins)}
        _add_text(into, LIST, json.dumps({**about, "files": digests, "data": data, "code": code}, indent=1) + "\n")
    return Packed(len(members) - len(set(data.values())), len(set(data.values())), path.stat().st_size, plugins)


def _files(kept: Kept) -> list[str]:
    """The files of a folder that belong to it, by name; nothing that a link leads to."""
    found = {path for pattern in kept.files for path in kept.folder.glob(pattern)}
    for path in found:
        if path.is_symlink() or path.parent.is_symlink():
            raise InputError(f"{path}: is a link; put the file itself there")
    return sorted(path.relative_to(kept.folder).as_posix() for path in found if path.is_file())


def _plugins(kept: Kept) -> tuple[str, ...]:
    """Packages of policies that are not ours, and so not in the bundle."""
    targets = {
        str(policy.get("_target_", "")).partition(".")[0]
        for past in kept.runs
        for policy in past.settings.get("policies", {}).values()
    }
    return tuple(sorted(targets - {"policies", ""}))


def _add(into: zipfile.ZipFile, name: str, source: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as file, into.open(_entry(name), "w", force_zip64=True) as out:
        while block := file.read(1 << 20):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def _add_text(into: zipfile.ZipFile, name: str, text: str) -> str:
    into.writestr(_entry(name), text)
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _WHEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def is_bundle(path: Path) -> bool:
    """Whether a path is a file: a folder is no bundle."""
    return path.is_file()


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Kept, Contents]]:
    """What a bundle keeps, in a temporary folder; its configurations name the data files there.

    Raises
    ------
    InputError
        If it is damaged, changed, or no bundle.
    """
    with tempfile.TemporaryDirectory(prefix="twin-") as temporary:
        inside = Path(temporary)
        try:
            with zipfile.ZipFile(path) as bundle:
                contents = _contents(path, bundle)
                _extract(path, bundle, contents, inside)
        except _BROKEN as error:
            if isinstance(error, InputError):
                raise
            said = getattr(error, "strerror", None) or type(error).__name__
            raise InputError(f"{path}: is no whole bundle of twin ({said}); write it again with twin bundle") from None
        kept = kept_in(inside / FOLDER)
        runs = tuple(replace(past, settings=_at_home(past.settings, contents.data, inside)) for past in kept.runs)
        homes = {str(inside / DATA / sha256): sha256 for sha256 in contents.data.values()}
        yield replace(kept, runs=runs, data=homes), contents


def _contents(path: Path, bundle: zipfile.ZipFile) -> Contents:
    entries = bundle.infolist()
    names = [entry.filename for entry in entries]
    if LIST not in names or len(set(names)) < len(names) or len(names) > MOST_FILES:
        raise InputError(f"{path}: is no bundle of twin; write one with twin bundle")
    for entry in entries:
        if entry.filename != LIST and not _NAME.fullmatch(entry.filename):
            raise InputError(f"{path}: {entry.filename[:100]!r} is no name of a bundle; it was not written by twin")
        if entry.file_size > MOST_RATIO * entry.compress_size + (1 << 20):
            raise InputError(f"{path}: {entry.filename[:100]} would grow beyond measure; it was not written by twin")
    if sum(entry.file_size for entry in entries) > MOST_BYTES or bundle.getinfo(LIST).file_size > MOST_OF_THE_LIST:
        raise InputError(f"{path}: is larger than {MOST_BYTES >> 30} GiB when unpacked; it was not written by twin")
    said = json.loads(bundle.read(LIST))
    if not isinstance(said, dict) or said.get("lastmile-twin bundle") != SCHEMA:
        raise InputError(f"{path}: is a bundle of another version; use the version of twin that wrote it")
    return _valid(path, said, {name for name in names if name != LIST})


def _valid(path: Path, said: dict[str, Any], names: set[str]) -> Contents:
    try:
        contents: Contents = TypeAdapter(Contents).validate_json(json.dumps(said))
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise InputError(f"{path}: {LIST}: {place} is not what twin wrote; write the bundle again") from None
    if contents.files.keys() != names or not {f"{DATA}/{sha256}" for sha256 in contents.data.values()} <= names:
        raise InputError(f"{path}: does not hold the files that its list names; write it again with twin bundle")
    return contents


def _extract(path: Path, bundle: zipfile.ZipFile, contents: Contents, inside: Path) -> None:
    for name, sha256 in contents.files.items():
        target = inside / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with bundle.open(name) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        if file_sha256(name, target) != sha256 or (name.startswith(f"{DATA}/") and not name.endswith(sha256)):
            raise InputError(f"{path}: {name} is not what it was when it was packed; write it again with twin bundle")


def _at_home(settings: dict[str, Any], data: dict[str, str], inside: Path) -> dict[str, Any]:
    """A configuration whose data files are those of the bundle."""
    changed = dict(settings)
    for key, where in files_in(settings):
        group, _, name = key.partition(".")
        if where not in data:
            raise InputError(f"{LIST}: {key}(={where}) is not in the bundle; write it again with twin bundle")
        changed[group] = {**changed[group], name: str(inside / DATA / data[where])}
    return changed


def changed_code(contents: Contents) -> list[str]:
    """Packages whose sources are others than those that were there when the bundle was written."""
    known = [name for name in contents.code if name.isidentifier()]
    return [name for name in known if name in OURS and code_digest(name) != contents.code[name]]
