"""What a build made, in the few lines that a person reads."""

from collections.abc import Sequence

from clusterkg import report
from clusterkg.joining import Joined
from clusterkg.namespaces import compress
from clusterkg.snapshot import Built

_NAMED = 5
_COUNTS = {"graph": "{asserted:,} triples asserted in {sources} sources, {inferred:,} inferred",
           "knowledge": "{classes} classes, {properties} properties, {shapes} shapes, "
                        "{questions} questions"}


def text(made: Built) -> str:
    """Say what was built, from what, whether it conforms and how long each part took."""
    if made.kept:
        return "\n".join((_line("unchanged", str(made.version)),
                          _line("", "made from the same sources"),
                          _line("conforms", f"yes: {_counts(made)}")))
    lines = [_verdict(made)]
    if made.changed is not None:
        lines.append(_line("changed", ", ".join([_changes(made.changed), *made.besides])))
    if made.damaged:
        lines.append(_line("all anew", f"the version before is damaged: {made.damaged}"))
    lines += [_line("" if number else "joined", said)
              for number, said in enumerate(_joined(made.joined))]
    if made.version is not None:
        lines += [_line(name, said.format(**made.counts)) for name, said in _COUNTS.items()]
    else:
        lines += ["  " + _finding(group) for group in made.report.groups if _disallows(group)]
    return "\n".join([*lines, _line("seconds", _timing(made))])


def _counts(made: Built) -> str:
    return ", ".join(f"{number} {name.lower()}{'' if number == 1 else 's'}"
                     for name, number in made.report.counts.items())


def _verdict(made: Built) -> str:
    counts = _counts(made)
    if made.version is None:
        return _line("refused", f"the graph does not conform: {counts}; the old snapshot stays")
    return _line("built", f"{made.version}\n") + _line("conforms", f"yes: {counts}")


def _changes(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
    return f"{len(names)} source{'' if len(names) == 1 else 's'}" + (f": {shown}" if names else "")


def _joined(joined: Sequence[Joined]) -> list[str]:
    more = len(joined) - _NAMED
    return [*map(str, joined[:_NAMED]), *([f"and {more:,} more"] if more > 0 else [])]


def _timing(made: Built) -> str:
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in made.seconds.items())
    return f"{sum(made.seconds.values()):.1f} ({parts})"


def _disallows(group: report.Group) -> bool:
    return group.samples[0].disallows


def _finding(group: report.Group) -> str:
    first = group.samples[0]
    where = f"{first.file}:{first.line}: " if first.file else ""
    rule = group.shape or first.component or ""
    return (f"{where}{group.message()} [{group.count} times; {compress(rule.strip('<>'))}; "
            f"first at {compress(first.focus_node.strip('<>'))}]")


def _line(name: str, content: str) -> str:
    return f"{name:<11}{content}"
