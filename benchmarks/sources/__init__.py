"""The sources of the made-up world, one module a file."""
