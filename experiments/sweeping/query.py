"""SQL over a table, by DuckDB, which then sees this table and no file."""

from typing import TYPE_CHECKING

from experiments.sweeping.executors import needed
from twin.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

ALONE = {"enable_external_access": "false", "python_enable_replacements": "false"}


def queried(table: "pa.Table", sql: str) -> "pa.Table":
    """What a query over the table ``results`` gives.

    Raises
    ------
    InputError
        If DuckDB is not installed, or refuses the query.
    """
    needed("duckdb", "sql", "sql=")
    import duckdb

    with duckdb.connect(":memory:", config=ALONE) as connection:
        connection.register("results", table)
        try:
            answer = connection.sql(sql)
            if answer is not None:
                return answer.to_arrow_table()
        except duckdb.Error as error:
            said = " ".join(str(error).split())[:300]
            raise InputError(f"sql: {said}; correct the query") from None
    raise InputError("sql: the query gives no table; write a select")
