"""One module a format: `export(source, out)` writes a graph in it."""
