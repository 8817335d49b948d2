"""One module a command: `register(parser)` declares arguments, `run(args)` gives the exit code."""
