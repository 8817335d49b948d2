"""One module a command: `register(parser)` declares its arguments, `run(args)` gives the exit code."""
