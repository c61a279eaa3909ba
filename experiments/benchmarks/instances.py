"""Instances and solutions as others publish them: Solomon's tables and VRPLIB's explicit matrices."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from policies.solvers.model import Ints
from twin.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A problem with time windows and one depot, at place 0.

    Attributes
    ----------
    name : str
    vehicles, capacity : int
    duration : (n + 1, n + 1) int64 array
        Driving times; also what is to be minimised.
    demand, early, late, service : (n + 1,) int64 arrays
    """

    name: str
    vehicles: int
    capacity: int
    duration: Ints
    demand: Ints
    early: Ints
    late: Ints
    service: Ints


SCALE = 10
"""The DIMACS challenge 2022 counts distances in tenths, cut off; best known solutions are published so."""


def solomon(path: Path) -> Instance:
    """An instance of Solomon (1987), in tenths of its unit.

    Raises
    ------
    InputError
        If the file is not one.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        vehicles, capacity = (int(word) for word in lines[4].split())
        rows = np.array([line.split() for line in lines[9:] if line.strip()], dtype=np.int64)
        x, y, demand, early, late, service = rows[:, 1:7].T
    except (OSError, ValueError, IndexError) as error:
        raise InputError(f"{path}: not an instance of Solomon ({error}); give a folder of such files") from error
    away = np.hypot(x[:, None] - x[None], y[:, None] - y[None])
    legs = np.floor(away * SCALE + 1e-9).astype(np.int64)
    return Instance(path.stem, vehicles, capacity, legs, demand, SCALE * early, SCALE * late, SCALE * service)


def best_known(path: Path) -> float:
    """The cost at the end of a ``.sol`` file.

    Raises
    ------
    InputError
        If there is none.
    """
    try:
        words = path.read_text(encoding="utf-8").split()
        return float(words[words.index("Cost") + 1])
    except (OSError, ValueError, IndexError) as error:
        raise InputError(f"{path}: no best known cost ({error}); put the .sol file beside the instance") from error


def vrplib(path: Path) -> Instance:
    """An instance with an explicit full matrix and time windows, as the EURO meets NeurIPS 2022 contest has them.

    Raises
    ------
    InputError
        If the file is not one.
    """
    try:
        said, sections = _split(path.read_text(encoding="utf-8"))
        places = int(said["DIMENSION"])
        duration = np.array(sections["EDGE_WEIGHT_SECTION"].split(), dtype=np.int64).reshape(places, places)
        columns = {name: _column(sections[f"{name}_SECTION"], places) for name in ("DEMAND", "SERVICE_TIME")}
        windows = _column(sections["TIME_WINDOW_SECTION"], places)
        return Instance(
            name=said["NAME"],
            vehicles=int(said["VEHICLES"]),
            capacity=int(said["CAPACITY"]),
            duration=duration,
            demand=columns["DEMAND"][:, 0],
            early=windows[:, 0],
            late=windows[:, 1],
            service=columns["SERVICE_TIME"][:, 0],
        )
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise InputError(f"{path}: not a VRPLIB instance with an explicit matrix and windows ({error!r})") from error


def _split(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """``KEY : value`` lines, and the text of each section."""
    said: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    into: list[str] | None = None
    for line in text.splitlines():
        word = line.strip()
        if word.endswith("_SECTION"):
            into = sections.setdefault(word, [])
        elif word == "EOF":
            break
        elif into is not None:
            into.append(line)
        else:
            key, _, value = line.partition(":")
            said[key.strip()] = value.strip()
    return said, {name: "\n".join(lines) for name, lines in sections.items()}


def _column(text: str, places: int) -> Ints:
    """Rows without their number in front."""
    return np.array(text.split(), dtype=np.int64).reshape(places, -1)[:, 1:]
