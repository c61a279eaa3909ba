"""A state to and from a file: JSON, schema-versioned, with a digest; never pickle."""

import base64
import dataclasses
import hashlib
import json
import zlib
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twin.draws import Stream
from twin.entities import Cause
from twin.errors import InputError
from twin.files import write_text
from twin.ledger import Kind
from twin.state import Duty, Phase, Status, TwinState, Unit, Wait

SCHEMA = 1


def _shape() -> str:
    """Digest of what a state is made of: fields and their types, and the numbers that stand for names."""
    fields = [f"{kind.__name__}.{f.name}: {f.type}" for kind in (TwinState, Unit) for f in dataclasses.fields(kind)]
    names = [f"{kind.__name__}.{m.name}={m.value}" for kind in (Status, Phase, Duty, Stream, Cause, Kind) for m in kind]
    return hashlib.blake2b("\n".join(fields + names).encode(), digest_size=8).hexdigest()


def _pack(value: Any) -> Any:
    if isinstance(value, array):
        return {"array": value.typecode, "data": _squeeze(value.tobytes())}
    if isinstance(value, bytes | bytearray):
        return {"bytes": type(value).__name__, "data": _squeeze(bytes(value))}
    if isinstance(value, dict):
        return {"map": [[_pack(k), _pack(v)] for k, v in value.items()]}
    if isinstance(value, Unit):
        return [_pack(getattr(value, f.name)) for f in dataclasses.fields(value)]
    if isinstance(value, list | tuple):
        return [_pack(item) for item in value]
    return value


def _squeeze(raw: bytes) -> str:
    return base64.b64encode(zlib.compress(raw, 1)).decode("ascii")


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        if "map" in value:
            return {_unpack(k): _unpack(v) for k, v in value["map"]}
        raw = zlib.decompress(base64.b64decode(value["data"]))
        if "array" in value:
            column = array(value["array"])
            column.frombytes(raw)
            return column
        return raw if value["bytes"] == "bytes" else bytearray(raw)
    if isinstance(value, list):
        return [_unpack(item) for item in value]
    return value


def _body(state: TwinState) -> dict[str, Any]:
    return {f.name: _pack(getattr(state, f.name)) for f in dataclasses.fields(state)}


def _state(body: Mapping[str, Any]) -> TwinState:
    parts = {name: _unpack(value) for name, value in body.items()}
    parts["pending"] = {seq: Wait(*wait) for seq, wait in parts["pending"].items()}
    parts["units"] = [Unit(*unit) for unit in parts["units"]]
    parts["aloft"] = [[(late, parcel) for late, parcel in heap] for heap in parts["aloft"]]
    parts["queue"] = [[(a, b, c, d) for a, b, c, d in heap] for heap in parts["queue"]]
    return TwinState(**parts)


def copy(state: TwinState) -> TwinState:
    """An independent copy, by way of what a file would hold."""
    return _state(json.loads(json.dumps(_body(state))))


def save(path: Path, state: TwinState, about: Mapping[str, Any]) -> None:
    """Write a snapshot, whole or not at all.

    Parameters
    ----------
    path : Path
    state : TwinState
    about : mapping
        What is needed to rebuild the world and the policies (JSON values); it comes back from :func:`load`.
    """
    body = json.dumps({"about": dict(about), "state": _body(state)})
    digest = hashlib.blake2b(body.encode(), digest_size=16).hexdigest()
    write_text(
        path,
        f'{{"lastmile-twin snapshot": {SCHEMA}, "shape": "{_shape()}", "digest": "{digest}", "body":\n{body}\n}}\n',
    )


def load(path: Path) -> tuple[TwinState, dict[str, Any]]:
    """Read a snapshot.

    Raises
    ------
    InputError
        If the file is missing, truncated, changed, not a snapshot, or of another version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({type(error).__name__}); name a snapshot.json of twin run") from None
    try:
        document = json.loads(text)
        version, body = document["lastmile-twin snapshot"], document["body"]
        digest, shape = document["digest"], document.get("shape")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{path}: is not a whole snapshot; write it again with twin run until=HH:MM") from None
    if version != SCHEMA:
        raise InputError(f"{path}: has schema {version}, this version reads {SCHEMA}; write the snapshot again")
    if shape != _shape():
        raise InputError(f"{path}: was written by another version of the twin; write the snapshot again")
    if hashlib.blake2b(json.dumps(body).encode(), digest_size=16).hexdigest() != digest:
        raise InputError(f"{path}: has been changed since it was written; write the snapshot again")
    try:
        return _state(body["state"]), dict(body["about"])
    except (AttributeError, KeyError, TypeError, ValueError, zlib.error):
        raise InputError(f"{path}: does not hold a state; write the snapshot again") from None
