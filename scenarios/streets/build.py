"""From a source to a compiled city: read, repair, people, write."""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from scenarios.cells import zones_of
from scenarios.cityfile import write_city
from scenarios.streets import infile
from scenarios.streets.areas import areas
from scenarios.streets.graphml import read_graphml
from scenarios.streets.network import Network, local_metres
from scenarios.streets.osm import read_osm
from scenarios.streets.people import Census, read_people
from scenarios.streets.place import download
from scenarios.streets.repair import repair
from scenarios.streets.report import Repairs
from twin.errors import InputError
from twin.world import City

MAX_NODES = 1_000_000
Progress = Callable[[str], None]

_FILE = re.compile(r"[/\\]|\.(osm|pbf|graphml|xml|gz|bz2|zip|json|csv|shp|gpkg|osmium|o5m)$", re.IGNORECASE)


def _silent(_: str) -> None:
    """Nobody is told."""


def import_city(
    source: str, people: Path | None = None, name: str | None = None, progress: Progress = _silent
) -> tuple[City, Repairs]:
    """A city from OpenStreetMap, with what had to be repaired.

    Parameters
    ----------
    source : str
        A file (``.osm``, ``.osm.gz``, ``.osm.pbf``, ``.graphml``, ``.graphml.gz``, recognised by content), or
        the name of a place, which needs a network.
    people : Path, optional
        Table of people and jobs for each H3 cell; without it they are estimated from the streets.
    name : str, optional
        What the city is called; by default the file's name or the place.
    progress : callable, optional
        Told in a few words what comes next.

    Raises
    ------
    InputError
        If the source or the table cannot be used, saying why.
    """
    repairs = Repairs()
    title = _title(source, name)
    census = read_people(people) if people else None  # first, because it is quick and often wrong
    net, raw = _read(source, repairs, progress)
    progress(f"repairing {net.edges:,} edges")
    net = repair(net, raw, repairs)
    if net.nodes < 2:
        raise InputError(f"{source} has no two places that cars can reach from each other; widen the extract")
    if net.nodes > MAX_NODES:
        raise InputError(f"{source} has {net.nodes:,} junctions; at most {MAX_NODES:,}, so cut a smaller extract")
    progress(f"placing people on {net.nodes:,} junctions")
    return _city(title, net, census, repairs), repairs


def compile_city(
    source: str, people: Path | None, out: Path, name: str | None = None, progress: Progress = _silent
) -> Repairs:
    """Import a city and write it as one file that :func:`scenarios.cityfile.read_city` reads.

    Raises
    ------
    InputError
        If the source or the table cannot be used, or ``out`` cannot be written.
    """
    taken = [Path(source), *([people] if people else [])]
    if out.exists() and any(path.exists() and path.samefile(out) for path in taken):
        raise InputError(f"out={out} is the file that is read; give the compiled city another name")
    if not out.absolute().parent.is_dir():
        raise InputError(f"out={out}: the folder {out.absolute().parent} does not exist; make it first")
    city, repairs = import_city(source, people, name, progress)
    progress(f"writing {out}")
    write_city(city, out)
    return repairs


def _title(source: str, name: str | None) -> str:
    """The city's name: one short line."""
    title = name if name is not None else Path(source).name.split(".")[0] if _FILE.search(source) else source
    if not title.strip() or len(title) > 100 or not title.isprintable():
        raise InputError(f"name={title[:100]!r} must be a line of 1 to 100 characters; give name=...")
    return title.strip()


def _read(source: str, repairs: Repairs, progress: Progress) -> tuple[Network, bool]:
    """The streets as they are, and whether they have a node at every bend."""
    path = Path(source)
    if path.is_file():
        progress(f"reading {path.name}")
        kind = infile.kind(path)
        return read_graphml(path, repairs) if kind == "graphml" else (read_osm(path, kind, repairs), True)
    if _FILE.search(source):
        raise InputError(f"{source} {'is not a file' if path.exists() else 'does not exist'}; check the path")
    progress(f"asking OpenStreetMap for {source}")
    with TemporaryDirectory() as folder:
        saved = Path(folder) / "place.graphml"
        download(source, saved)
        return read_graphml(saved, repairs)


def _city(name: str, net: Network, census: Census | None, repairs: Repairs) -> City:
    order = np.lexsort((net.head, net.tail))
    area = areas(net, census, repairs)
    x, y = local_metres(net.lon, net.lat)
    return City(
        name=name,
        lon=net.lon,
        lat=net.lat,
        x_m=x,
        y_m=y,
        area=area.of_node,
        start=np.searchsorted(net.tail[order], np.arange(net.nodes + 1)).astype(np.int64),
        head=net.head[order],
        length_mm=np.rint(net.length_m[order] * 1000).astype(np.int64),
        street=net.street[order],
        speed_mmps=np.rint(net.kmh[order] / 3.6 * 1000).astype(np.int64),
        cell=area.cell,
        households=area.households,
        jobs=area.jobs,
        income=area.income,
        dwelling=area.dwelling,
        district=area.district,
        zone=zones_of(area.cell),
    )
