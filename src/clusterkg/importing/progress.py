"""How far an import is, on a terminal; silent in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEPS = ("check", "read", "convert", "account", "read the graph", "infer", "validate", "store")
_BUILD = {"read": "read the graph"}  # a build has a step of this name, too


@contextmanager
def shown() -> Iterator[Callable[[str], None]]:
    """Give the function that is told each step as it begins."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
                  console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(STEPS))
        begun = set[str]()

        def step(said: str) -> None:
            table, _, name = said.rpartition(": ")  # of several tables, the name comes first
            if "account" in begun and not table:
                name = said = _BUILD.get(name, name)
            begun.add(name)
            done = STEPS.index(name) if name in STEPS else len(begun)
            bar.update(task, description=said, completed=done)

        yield step
