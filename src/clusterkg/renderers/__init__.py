"""One module a format: `render(view)` gives the bytes, `BINARY` keeps them from terminals."""
