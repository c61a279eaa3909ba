"""Orders of the past, from a table that a user brings: when, where, how heavy, which product."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.cellparse import Texts, Times
from scenarios.calibration.table import Column, Table, read_table
from twin.errors import InputError
from twin.world import Floats, Ints

COLUMNS = (
    Column("time", ("ordered_at", "order_time", "ordered", "created_at", "timestamp", "datetime"), "time"),
    Column("lon", ("lng", "longitude"), low=-180.0, high=180.0, required=False),
    Column("lat", ("latitude",), low=-90.0, high=90.0, required=False),
    Column("cell", ("h3", "h3_cell", "h3_id", "h3_index", "hex"), "text", required=False),
    Column("order", ("order_id", "order_number"), "text", required=False),
    Column("customer", ("customer_id", "user", "user_id"), "text", required=False, blank=True),
    Column("weight_kg", ("weight", "kg"), low=0.001, high=10_000.0, required=False, blank=True),
    Column("volume_l", ("volume", "litres", "liters"), low=0.001, high=100_000.0, required=False, blank=True),
    Column("sku", ("product", "product_id", "item", "item_id", "sku_id"), "text", required=False, blank=True),
)
"""One row is one parcel. It needs a time and a place: ``lon`` and ``lat``, or an H3 ``cell``."""
NO_CELL = "cell is not an H3 cell"


@dataclass(frozen=True, eq=False)
class Orders:
    """Parcels that were ordered, by time.

    Attributes
    ----------
    rows : int
        In the file.
    dropped : dict
        Why rows were left out -> how many.
    time : (parcels,) datetime64[s]
        On the clock of the wall.
    lon, lat : (parcels,) float64
        Of the address, or of the middle of its cell.
    place : (parcels,) int64
        Which of the places of the file: one for each pair of coordinates, or for each cell.
    cell : (places,) uint64 or None
        The cells, where the file has these instead of coordinates.
    order : (parcels,) int64
        Parcels with the same number are one order.
    customer : (parcels,) int64
        Who orders, -1 unknown.
    weight_kg, volume_l : (parcels,) float64
        NaN where unknown.
    sku : (parcels,) int64
        Products by their sales, 0 the best seller; -1 unknown.
    """

    rows: int
    dropped: dict[str, int]
    time: Times
    lon: Floats
    lat: Floats
    place: Ints
    cell: NDArray[np.uint64] | None
    order: Ints
    customer: Ints
    weight_kg: Floats
    volume_l: Floats
    sku: Ints
    has_orders: bool
    """Whether the file says which parcels were ordered together."""

    @property
    def day(self) -> Ints:
        """(parcels,) days since 1970-01-01."""
        day: Ints = self.time.astype("datetime64[D]").astype(np.int64)
        return day


def read_orders(path: Path) -> Orders:
    """The orders of a CSV or Parquet file.

    Raises
    ------
    InputError
        If it is no such table, has no places, or more than half of its rows cannot be used.
    """
    table = read_table(path, COLUMNS)
    dropped = dict(table.dropped)
    keep = np.ones(table.used, dtype=bool)
    if "lon" in table and "lat" in table:
        lon, lat, cell = table.numbers("lon"), table.numbers("lat"), None
        place = np.unique(np.stack([lon.round(6), lat.round(6)]), axis=1, return_inverse=True)[1].reshape(-1)
    elif "cell" in table:
        cell, place, lon, lat = _cells(table.texts("cell"))
        keep = place >= 0
        if bad := int(np.count_nonzero(~keep)):
            dropped[NO_CELL] = bad
    else:
        raise InputError(f"{path}: says not where orders go; add columns lon and lat, or a column cell of H3 cells")
    if not keep.any():
        raise InputError(f"{path}: {NO_CELL} in any row; write cells as in '89a8100c603ffff'")
    order = np.flatnonzero(keep)[np.argsort(table.times("time")[keep], kind="stable")]
    return Orders(
        rows=table.rows,
        dropped=dropped,
        time=table.times("time")[order],
        lon=lon[order],
        lat=lat[order],
        place=place[order].astype(np.int64),
        cell=cell,
        order=_named(table, "order", order) if "order" in table else np.arange(len(order)),
        customer=_named(table, "customer", order),
        weight_kg=_number(table, "weight_kg", order),
        volume_l=_number(table, "volume_l", order),
        sku=_by_sales(_named(table, "sku", order)),
        has_orders="order" in table,
    )


def _cells(texts: Texts) -> tuple[NDArray[np.uint64], Ints, Floats, Floats]:
    """The cells, which of them each row has (-1 none), and their middles."""
    from h3.api import basic_int as h3

    number = {label: _cell(label) for label in texts.labels}
    cells = sorted({cell for cell in number.values() if cell})
    at = {cell: place for place, cell in enumerate(cells)}
    place = np.array([at.get(number[label], -1) for label in texts.labels], dtype=np.int64)[texts.codes]
    middle = np.array([h3.cell_to_latlng(cell) for cell in cells] or [(0.0, 0.0)])
    return np.array(cells, dtype=np.uint64), place, middle[place, 1], middle[place, 0]


def _cell(text: str) -> int:
    """An H3 index, 0 if it is none."""
    from h3.api import basic_int as h3

    try:
        cell = int(text) if text.isascii() and text.isdecimal() and len(text) > 16 else h3.str_to_int(text)
        return int(cell) if h3.is_valid_cell(cell) else 0
    except (ValueError, OverflowError):
        return 0


def _named(table: Table, name: str, order: Ints) -> Ints:
    """A column of names as numbers, -1 where there is none."""
    if name not in table:
        return np.full(len(order), -1, dtype=np.int64)
    texts = table.texts(name)
    empty = np.array([label == "" for label in texts.labels])
    codes: Ints = np.where(empty[texts.codes], -1, texts.codes)[order]
    return codes


def _number(table: Table, name: str, order: Ints) -> Floats:
    return table.numbers(name)[order] if name in table else np.full(len(order), np.nan)


def _by_sales(sku: Ints) -> Ints:
    """Products renumbered by how often they were sold, -1 staying unknown."""
    known = sku >= 0
    names, code, count = np.unique(sku[known], return_inverse=True, return_counts=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(-count, kind="stable")] = np.arange(len(names))
    ranked = np.full(len(sku), -1, dtype=np.int64)
    ranked[known] = rank[code]
    return ranked
