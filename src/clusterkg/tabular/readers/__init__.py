"""One module a format: `NAMED["suffixes"]`, and `read(connection, packed, dialect) -> Grid`."""
