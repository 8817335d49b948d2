"""One module a format: `write(report, *, language, width) -> str`."""
