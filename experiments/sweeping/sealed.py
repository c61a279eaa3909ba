"""JSON files that say themselves whether they are whole: a digest of the body stands before it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from twin.errors import InputError
from twin.files import write_text

SCHEMA = 1


def write_sealed(path: Path, kind: str, value: Any) -> str:
    """Write a JSON value, whole or not at all.

    Parameters
    ----------
    kind : str
        What the file is, as in ``run``.

    Returns
    -------
    str
        The digest.
    """
    body = json.dumps(value, ensure_ascii=False)
    write_text(path, f"{_head(kind, body)}\n{body}\n}}\n")
    return digest(body)


def read_sealed(path: Path, kind: str) -> tuple[Any, str]:
    """The JSON value of a file, and its digest.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    InputError
        If it is damaged, half-written, something else, or of another version.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        lines = []
    if len(lines) != 4 or lines[0] != _head(kind, lines[1]) or lines[2:] != ["}", ""]:
        raise InputError(f"{path}: is no whole {kind} of this version; remove it")
    return json.loads(lines[1]), digest(lines[1])


def digest(text: str) -> str:
    """Of a body."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _head(kind: str, body: str) -> str:
    return f'{{"lastmile-twin {kind}": {SCHEMA}, "digest": "{digest(body)}", "body":'
