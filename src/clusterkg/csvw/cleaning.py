"""Cleaning rules: each is one file `cleaning/<rule>.sql`.

A rule is an SQL expression over `cell`, a text that is not NULL, and gives struct(value, wrong,
advice): the cleaned text; or what is wrong with the cell, and what would be right. No value and
nothing wrong: the cell says that there is nothing. Its comment says what it does in the first
line, and names each parameter: `-- Parameter length (integer): ...`, with `= default` in the
brackets where it may be left out. In the expression a parameter is `:length`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from clusterkg import discovery
from clusterkg.errors import UsageError, quoted
from clusterkg.files import read_text
from clusterkg.sql import literal

_PARAMETER = re.compile(r"^-- Parameter (\w+) \((integer|text)(?:, one of ([^)=]*?))?"
                        r"(?: ?= ?([^)]*))?\)", re.MULTILINE)
_CELL = re.compile(r"\bcell\b")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a rule; `choices` is empty where any value will do."""

    kind: str
    choices: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True)
class Rule:
    """A cleaning rule."""

    name: str
    meaning: str
    expression: str
    parameters: Mapping[str, Parameter]

    def sql(self, cell: str, given: Mapping[str, str | int]) -> str:
        """Give the expression over the column `cell`, with parameters that `check` let pass."""
        text = _CELL.sub(cell, self.expression)
        for name, parameter in self.parameters.items():
            written = literal(given.get(name, parameter.default)).replace("\\", "\\\\")
            text = re.sub(rf":{name}\b", written, text)
        return text

    def check(self, given: Mapping[str, object]) -> dict[str, str | int]:
        """Give the parameters; raise UsageError that names those that there are."""
        for name in given:
            if name not in self.parameters:
                there = ", ".join(self.parameters) or "none"
                raise UsageError(f"rule {self.name} has no parameter {quoted(name)}; it has: "
                                 f"{there}")
        missing = [name for name, it in self.parameters.items()
                   if it.default is None and name not in given]
        if missing:
            raise UsageError(f"rule {self.name} needs {', '.join(missing)}; write "
                             f'{{"rule": "{self.name}", "{missing[0]}": ...}}')
        return {name: _fitting(self, name, value) for name, value in given.items()}


@cache
def rules() -> Mapping[str, Rule]:
    """Read the rules, by name."""
    return {path.stem: _read(path.stem, read_text(path))
            for path in discovery.data_files("cleaning", ".sql")}


def rule(name: str) -> Rule:
    """Give a rule; raise UsageError that lists what there is."""
    if name not in rules():
        raise UsageError(f"no rule {quoted(name)}; there are {', '.join(rules())}")
    return rules()[name]


def _read(name: str, text: str) -> Rule:
    lines = text.splitlines()
    parameters = {found[1]: Parameter(found[2], tuple(filter(None, (found[3] or "").split(" "))),
                                      found[4]) for found in _PARAMETER.finditer(text)}
    body = "\n".join(line for line in lines if not line.startswith("--"))
    return Rule(name, lines[0].removeprefix("--").strip(), body.strip(), parameters)


def _fitting(rule: Rule, name: str, value: object) -> str | int:
    wanted = rule.parameters[name]
    if wanted.kind == "integer" and isinstance(value, int) and not isinstance(value, bool) \
            and 0 < value < 100:
        return value
    if wanted.kind == "text" and isinstance(value, str) and (
            not wanted.choices or value in wanted.choices):
        return value
    right = " or ".join(wanted.choices) or ("a whole number from 1 to 99"
                                            if wanted.kind == "integer" else "a text")
    raise UsageError(f"parameter {name} of rule {rule.name} is {right}; not {quoted(str(value))}")
