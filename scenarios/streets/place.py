"""A place by its name, asked from OpenStreetMap's servers. The only door to osmnx."""

from pathlib import Path

from twin.errors import InputError

TIMEOUT_S = 60


def download(place: str, out: Path) -> None:
    """Save the drive network of a named place as GraphML.

    Raises
    ------
    InputError
        If there is no network, or no such place.
    """
    import osmnx as ox

    ox.settings.use_cache = False  # it would leave a folder where the user happens to be
    ox.settings.requests_timeout = TIMEOUT_S
    try:
        ox.save_graphml(ox.graph_from_place(place, network_type="drive"), out)
    except (OSError, ValueError, TypeError) as error:
        said = " ".join(str(error).split())[:120]
        reason = "is not reachable" if isinstance(error, OSError) else f"has no streets for it ({said})"
        raise InputError(
            f"{place!r} is no file, and OpenStreetMap {reason}; bring a .osm, .osm.gz, .osm.pbf or .graphml file"
        ) from None
