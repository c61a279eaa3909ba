"""From finished runs to one tidy table: a row for each run, a column for each override and each KPI."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.sweeping.journal import Journal
from twin.files import replacing
from twin.kpis import MEANING

if TYPE_CHECKING:
    import pyarrow as pa

RESULTS = "results.parquet"
ABOUT = "lastmile-twin results"
"""Key of the schema's metadata: JSON with ``schema``, ``sweep`` (digest of the plan), ``labels`` and ``bases``."""
SCHEMA = 1
Row = tuple[int, Mapping[str, Any]]
"""Number of a cell, and a run of it."""


def collated(journal: Journal) -> "pa.Table":
    """The table of all runs that are finished, cell by cell, seed by seed."""
    found = ((cell, journal.run(cell, seed)) for cell, seed in journal.runs())
    rows = [(cell, run) for cell, run in found if run is not None]
    cells = journal.plan["cells"]
    about = {"sweep": journal.digest, "bases": [cell["base"] for cell in cells]}
    return tidy([cell["values"] for cell in cells], rows, {"labels": [cell["label"] for cell in cells], **about})


def tidy(cells: Sequence[Mapping[str, Any]], rows: Sequence[Row], about: Mapping[str, Any]) -> "pa.Table":
    """The table of runs.

    Parameters
    ----------
    cells : sequence of mapping
        Override -> value, of each cell.
    rows : sequence of (int, mapping)
        Number of the cell, and ``seed``, ``fingerprint`` and ``values`` of the run.
    about : mapping
        What the schema's metadata says beside its version.

    Returns
    -------
    pyarrow.Table
        ``cell``, a column for each override, ``seed``, ``fingerprint``, and every KPI: null where it is not defined.
    """
    import pyarrow as pa

    names = list(dict.fromkeys(name for values in cells for name in values))
    typed = {name: _column([values.get(name) for values in cells]) for name in names}
    columns = [
        (pa.field("cell", pa.int32()), [cell for cell, _ in rows]),
        *((pa.field(name, kind), [values[cell] for cell, _ in rows]) for name, (kind, values) in typed.items()),
        (pa.field("seed", pa.int64()), [run["seed"] for _, run in rows]),
        (pa.field("fingerprint", pa.string()), [run["fingerprint"] for _, run in rows]),
        *((_field(name), [run["values"].get(name) for _, run in rows]) for name in MEANING),
    ]
    schema = pa.schema([field for field, _ in columns], metadata={ABOUT: json.dumps({"schema": SCHEMA, **about})})
    return pa.table([pa.array(values, field.type) for field, values in columns], schema=schema)


def write_table(path: Path, table: "pa.Table") -> None:
    """Write a Parquet file, whole or not at all."""
    import pyarrow as pa
    from pyarrow import parquet

    buffer = pa.BufferOutputStream()
    parquet.write_table(table, buffer)
    with replacing(path) as temporary:
        temporary.write_bytes(buffer.getvalue())


def _field(name: str) -> "pa.Field":
    import pyarrow as pa

    unit, meaning = MEANING[name]
    return pa.field(name, pa.float64(), metadata={"unit": unit, "meaning": meaning})


def _column(values: Sequence[Any]) -> "tuple[pa.DataType, list[Any]]":
    """The narrowest type that all values of an override have, and the values in it; null where it is not given."""
    import pyarrow as pa

    given = {type(value) for value in values if value is not None}
    for kinds, kind in (({bool}, pa.bool_()), ({int}, pa.int64()), ({int, float}, pa.float64())):
        if given <= kinds:
            return kind, list(values)
    return pa.string(), [_text(value) for value in values]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str | None) else json.dumps(value)
