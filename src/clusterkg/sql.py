"""Constants in SQL, for statements whose texts cannot be parameters: paths, patterns, templates."""

from pathlib import Path


def literal(value: str | int | Path | None) -> str:
    """Write a value as SQL does."""
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    doubled = str(value).replace("'", "''")
    return f"'{doubled}'"
