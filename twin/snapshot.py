"""A state to and from a file: JSON, schema-versioned, with a digest; never pickle."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twin.draws import Stream
from twin.entities import Cause
from twin.errors import InputError
from twin.files import write_text
from twin.ledger import DTYPE, Kind
from twin.packing import named, pack
from twin.state import Duty, Phase, Replan, Status, TwinState, Unit

SCHEMA = 3
EVENT = DTYPE.itemsize


def _shape() -> str:
    """Digest of what a state is made of: fields and their types, and the numbers that stand for names."""
    fields = [
        f"{kind.__name__}.{f.name}: {f.type}" for kind in (TwinState, Unit, Replan) for f in dataclasses.fields(kind)
    ]
    names = [f"{kind.__name__}.{m.name}={m.value}" for kind in (Status, Phase, Duty, Stream, Cause, Kind) for m in kind]
    return hashlib.blake2b("\n".join(fields + names).encode(), digest_size=8).hexdigest()


def _body(state: TwinState) -> dict[str, Any]:
    return {f.name: pack(getattr(state, f.name)) for f in dataclasses.fields(state)}


def _state(body: Mapping[str, Any]) -> TwinState:
    state: TwinState = named(TwinState, body)
    _possible(state)
    return state


def _possible(state: TwinState) -> None:
    """What holds for the state of any world; :mod:`twin.fitting` knows what else holds for a given one."""
    if min(state.now, state.seq, state.next_session) < 0:
        raise ValueError("now, seq and next_session must be >= 0")
    if any(not 0 <= wait.phase < len(Phase) for wait in state.pending.values()):
        raise ValueError(f"pending: a phase must be 0 to {len(Phase) - 1}")
    if any(not 0 <= seq < state.seq or wait.due < state.now for seq, wait in state.pending.items()):
        raise ValueError(f"pending: a wait must be numbered before {state.seq} and due from {state.now} on")
    if any(not 0 <= unit.duty < len(Duty) for unit in state.units):
        raise ValueError(f"units: a duty must be 0 to {len(Duty) - 1}")
    if max(state.status, default=0) >= len(Status):
        raise ValueError(f"status: must be 0 to {len(Status) - 1}")
    if len(state.trace) % EVENT or len(state.costs) % EVENT:
        raise ValueError(f"trace, costs: must be whole events of {EVENT} bytes")


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
        seal = hashlib.blake2b(json.dumps(body).encode(), digest_size=16).hexdigest()
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{path}: is not a whole snapshot; write it again with twin run until=HH:MM") from None
    if version != SCHEMA:
        raise InputError(f"{path}: has schema {version!s:.40}, this version reads {SCHEMA}; write the snapshot again")
    if shape != _shape():
        raise InputError(f"{path}: was written by another version of the twin; write the snapshot again")
    if seal != digest:
        raise InputError(f"{path}: has been changed since it was written; write the snapshot again")
    return _state_and_about(path, body)


def _state_and_about(path: Path, body: Any) -> tuple[TwinState, dict[str, Any]]:
    if not isinstance(body, dict) or not isinstance(body.get("about"), dict):
        raise InputError(f"{path}: does not hold a state; write the snapshot again")
    try:
        return _state(body.get("state", {})), body["about"]
    except ValueError as error:
        raise InputError(f"{path}: does not hold a state ({error}); write the snapshot again") from None
