"""Datatypes (stand-in)."""
import duckdb


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Stand in."""
    connection.execute("CREATE OR REPLACE TABLE ill_typed(literal INTEGER)")
    connection.execute("CREATE OR REPLACE TABLE inside_datatype(literal INTEGER, datatype INTEGER, inside BOOLEAN)")
    connection.execute("CREATE OR REPLACE TABLE literal_value(literal INTEGER, value VARCHAR)")


def place(connection: duckdb.DuckDBPyConnection) -> None:
    """Stand in."""


def compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Stand in."""
