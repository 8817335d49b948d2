"""The rows of the table, one module each: `measure(bench)` adds to what was found."""
