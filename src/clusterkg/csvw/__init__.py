"""CSV on the Web: what the columns of a table mean, and the facts that its rows state."""
