"""Import a table as the command does: `enter.py SNAPSHOT TABLE MAPPING SOURCE`; or `enter.py
--undo SNAPSHOT SOURCE`.

Prints the seconds of each step, and what the import says of itself.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from clusterkg.importing import entry, telling, undo
from clusterkg.importing.preparation import Order

# The steps of an import, and those of the build that follows, by what they say as they begin.
_OWN = {"read": "read the table", "convert": "convert", "account": "account"}
_BUILD = {"read": "read the graph", "infer": "infer", "validate": "validate", "store": "store"}


class Steps:
    """The seconds between one step and the next; steps that come again are added up."""

    def __init__(self) -> None:
        """Begin with what comes before the first."""
        self.seconds: dict[str, float] = {}
        self.turns = 0
        self._name, self._since = "look", perf_counter()

    def say(self, text: str) -> None:
        """Take note of a step that begins; what is said of shapes is part of one."""
        self.turns += text == "account"
        known = _BUILD if self.turns and text != "account" else _OWN
        if text in known:
            self._take()
            self._name = known[text]

    def ended(self) -> dict[str, float]:
        """Give all seconds."""
        self._take()
        return {name: round(seconds, 3) for name, seconds in self.seconds.items()}

    def _take(self) -> None:
        now = perf_counter()
        self.seconds[self._name] = self.seconds.get(self._name, 0.0) + now - self._since
        self._since = now


def main() -> None:
    """Do it, and say what it took."""
    steps = Steps()
    said: dict[str, Any] = {}
    if sys.argv[1] == "--undo":
        steps.turns = 1
        undo.undo(Path(sys.argv[2]), sys.argv[3], steps.say)
    else:
        folder, table, mapping = map(Path, sys.argv[1:4])
        said = telling.content(entry.enter(Order(table, mapping, folder, sys.argv[4]), steps.say))
    print(json.dumps({"steps": steps.ended(), "builds": steps.turns, **said}, ensure_ascii=False))


if __name__ == "__main__":
    main()
