"""A part of an answer: the query itself is told how many solutions are wanted."""

from dataclasses import dataclass

from clusterkg.answer import Answer, Source
from clusterkg.errors import ClusterkgError
from clusterkg.tokens import significant

_ENDING = ("LIMIT", "OFFSET", "VALUES")


@dataclass(frozen=True)
class Portion:
    """Hold some solutions; `more` says that others follow."""

    answer: Answer
    more: bool


def of(text: str, source: Source, skip: int, most: int) -> Portion:
    """Give at most `most` solutions of a SELECT after the first `skip`.

    The order is the query's own. Raises what the source raises.
    """
    cut = _cut(text, skip, most + 1)
    reply = source.query(cut or text)
    if not isinstance(reply, Answer):
        raise ClusterkgError("only solutions have parts, and this query gives none")
    rows = reply.rows if cut else reply.rows[skip:]
    return Portion(Answer(reply.columns, rows[:most]), len(rows) > most)


def _cut(text: str, skip: int, most: int) -> str:
    """Limit a query; "" for one that has a limit of its own, or VALUES, which stand after it."""
    depth = 0
    for token in significant(text):
        depth += token.is_mark("{") - token.is_mark("}")
        if depth == 0 and token.is_word(*_ENDING):
            return ""
    return f"{text}\nLIMIT {most} OFFSET {skip}"
