"""One combination of a sweep: what it is called, what it is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.suggest import did_you_mean
from twin.errors import InputError


@dataclass(frozen=True)
class Cell:
    """One combination, replicated over the seeds.

    Attributes
    ----------
    words : tuple of str
        Its overrides, without those of the sweep itself.
    label : str
        The overrides in which it differs from other cells.
    values : dict
        Key or group of each override -> its value.
    base : int or None
        Number of the cell that it is compared with.
    config : str
        Digest of its configuration.
    key : str
        Digest of all that decides the outcome but the seed; see :mod:`experiments.sweeping.identity`.
    settings : dict
        Its resolved configuration, without seed.
    data : dict
        Key -> SHA-256 of each data file that it names.
    """

    number: int
    words: tuple[str, ...]
    label: str
    values: dict[str, Any]
    base: int | None
    config: str
    key: str
    settings: dict[str, Any]
    data: dict[str, str]


def labels(cells: Sequence[tuple[str, ...]]) -> list[str]:
    """The words of each cell that not all cells have; of a single cell all of its words."""
    common = set(cells[0]).intersection(*cells[1:]) if len(cells) > 1 else set()
    return [" ".join(word for word in words if word not in common) or "defaults" for words in cells]


def base_of(cells: Sequence[Mapping[str, Any]], baseline: Mapping[str, Any]) -> list[int | None]:
    """For each cell the number of the one that has the baseline's values and is otherwise the same.

    Raises
    ------
    InputError
        If there is no such cell.
    """
    if not baseline:
        return [None] * len(cells)
    swept = {key for values in cells for key in values}
    for key in baseline:
        if key not in swept:
            raise InputError(f"baseline: {key} is not swept over; {did_you_mean(key, swept)}")
    numbers = {_frozen(values): number for number, values in enumerate(cells)}
    wanted = [_frozen({**values, **baseline}) for values in cells]
    if any(values not in numbers for values in wanted):
        said = " ".join(f"{key}={value}" for key, value in baseline.items())
        raise InputError(f"baseline: no cell has {said}; add the value to those that are swept over")
    return [numbers[values] for values in wanted]


def _frozen(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, repr(value)) for key, value in values.items()))
