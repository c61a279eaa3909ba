"""How far each parameter is moved: as somebody says, or as the evidence register says."""

from collections.abc import Iterable, Mapping
from typing import Any

from experiments.register import evidence_of
from experiments.shipped import leaves_of, names
from experiments.suggest import did_you_mean
from twin.errors import InputError

Ranges = dict[str, tuple[float, float]]
MOST = 100


def ranges_of(vary: Any, settings: Mapping[str, Any], least: int = 2) -> Ranges:
    """The range of each key that is varied.

    Parameters
    ----------
    vary : mapping or list
        Key -> ``[low, high]``; or keys and groups, whose ranges are in the register.
    settings : mapping
        The configuration that is varied.
    least : int
        Keys that must be named.

    Raises
    ------
    InputError
        If a key is not a number of the configuration, or a range is none.
    """
    known = {key: value for key, value in leaves_of(settings) if _is_number(value)}
    found = _given(vary, known) if isinstance(vary, Mapping) else _registered(vary, settings, known)
    if not least <= len(found) <= MOST:
        raise InputError(
            f"vary names {len(found)} parameters; name 2 to {MOST}, as in vary=[operation.pick_usd,people]"
        )
    return found


def placed(settings: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """The settings with other values at dotted keys; where a whole number stands, a whole number is put."""
    made = dict(settings)
    for key, value in values.items():
        first, _, rest = key.partition(".")
        made[first] = placed(made[first], {rest: value}) if rest else _alike(made[first], value)
    return made


def _given(vary: Mapping[str, Any], known: Mapping[str, float]) -> Ranges:
    found: Ranges = {}
    for key, ends in leaves_of(vary):
        if key not in known:
            raise InputError(f"vary.{key} is no number of the configuration; {did_you_mean(key, known)}")
        if not (isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends)) and ends[0] < ends[1]):
            raise InputError(f"vary.{key} must be [low, high] with low below high; write vary={{{key}: [1.0, 2.0]}}")
        found[key] = (float(ends[0]), float(ends[1]))
    return found


def _registered(vary: Any, settings: Mapping[str, Any], known: Mapping[str, float]) -> Ranges:
    if not isinstance(vary, list) or not all(isinstance(word, str) for word in vary):
        raise InputError("vary must be {key: [low, high], ...} or [key, group, ...]; write vary=[operation,people]")
    ranges = {key: said.range for key, name, _ in names(settings) if (said := evidence_of(name)) and said.range}
    usable = {key: ends for key, ends in ranges.items() if key in known}
    found: Ranges = {}
    for word in vary:
        chosen = [key for key in usable if key == word or key.startswith(f"{word}.")]
        if not chosen:
            raise InputError(
                f"vary: {word!r} has no range in the evidence register; {did_you_mean(word, _words(usable))}"
            )
        found |= {key: usable[key] for key in chosen}
    return found


def _words(keys: Iterable[str]) -> set[str]:
    return {part for key in keys for part in (key, key.partition(".")[0])}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _alike(before: Any, value: float) -> float:
    return round(value) if isinstance(before, int) else float(value)
