"""One module a source: `convert(folder, out)` turns its files into reviewed Turtle for `data/`."""
