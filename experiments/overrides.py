"""Overrides as they were typed: what Hydra would misunderstand, or do in silence, is said before it sees them."""

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, QuotedString
from hydra.errors import HydraException

from experiments.guard import MAX_DEPTH
from experiments.origin import override_key
from twin.errors import InputError

MAX_JOBS = 10_000
"""Of a sweep: more are a typing error, and each is checked before the first is played."""
_HOME = re.compile(r"([+]{0,2}[\w.]+)=(~(?:/.*)?)")
_EVEN = re.compile(r"[A-Za-z0-9_.@/:]")
"""Letters that a key may have."""
_SHOWN = 60


def shown(override: str) -> str:
    """An override as it is shown in a sentence: not all of a very long one."""
    return repr(override if len(override) <= _SHOWN else f"{override[: _SHOWN - 3]}...")


def at_home(override: str) -> str:
    """``key=~/folder`` with the home folder written out: a shell leaves the ~ after = alone."""
    found = _HOME.fullmatch(override)
    if found is None:
        return override
    path = str(Path(found[2]).expanduser()).replace("\\", "\\\\").replace("'", "\\'")
    return f"{found[1]}='{path}'"


def understood(overrides: Sequence[str]) -> list[str]:
    """The overrides for Hydra.

    Raises
    ------
    InputError
        If one names nothing, nests too deep, cannot be read, or is a mapping without keys, which would change nothing.
    """
    words = [at_home(override) for override in overrides]
    for word in words:
        if not override_key(word):
            raise InputError(f"command line: {shown(word)} names nothing; write key=value")
        if _depth(word) > MAX_DEPTH:
            raise InputError(f"command line: {shown(word)} nests deeper than {MAX_DEPTH} levels; flatten it")
        override = _parsed(word)
        if override.value() == {} and not (override.is_delete() or override.is_add()):
            key = override.key_or_group
            why = "would change nothing, because mappings are merged"
            raise InputError(f"command line: {key}={{}} {why}; take an entry away with ~{key}.NAME")
    return words


def jobs_of(overrides: Sequence[Override]) -> int:
    """How many jobs a sweep would have, counted up to one more than ``MAX_JOBS``."""
    jobs = 1
    for override in overrides:
        if override.is_sweep_override():
            jobs *= sum(1 for _ in islice(override.sweep_iterator(), MAX_JOBS + 1))
    return min(jobs, MAX_JOBS + 1)


def nameless(overrides: Sequence[str]) -> list[str]:
    """The keys of overrides whose value is neither text nor a list of texts."""
    parsed = map(_parsed, overrides)
    return [override.key_or_group for override in parsed if not _names(override.value())]


def _names(value: object) -> bool:
    """Whether this names a choice, or several."""
    return all(isinstance(name, str | QuotedString) for name in (value if isinstance(value, list) else [value]))


def _parsed(word: str) -> Override:
    try:
        return OverridesParser.create().parse_override(word)
    except HydraException as error:
        raise InputError(_unreadable(word, str(error))) from None
    except ValueError:
        raise InputError(f"command line: {shown(word)} holds a number with thousands of digits; shorten it") from None


def _unreadable(word: str, said: str) -> str:
    key, equals, value = word.partition("=")
    if not equals:
        return f"command line: {shown(word)} cannot be read; write key=value"
    token = re.search(r"token recognition error at: '(.+)'", said, re.DOTALL)
    odd = next((letter for letter in (token[1] if token else "") if not _EVEN.match(letter)), "")
    if odd and odd in key:
        return f"command line: {shown(word)} cannot be read: {odd!r} is in no key; see twin run --help"
    at = f" at {odd!r}" if odd else ""
    return f"command line: {shown(word)} cannot be read{at}; write key=value, and quote {_quoted(key, value)}"


def _quoted(key: str, value: str) -> str:
    """How a shell and Hydra would both take the value as text."""
    if value[:1] in ("[", "{"):
        return "what is inside, as in ['fleet=vans']"
    return f"""odd values: {shown(f"{key}='{value}'")}""" if "'" not in value else "odd values"


def _depth(word: str) -> int:
    deepest = depth = 0
    for letter in word:
        depth += (letter in "[{(") - (letter in "]})")
        deepest = max(deepest, depth)
    return deepest
