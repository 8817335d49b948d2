"""What a renderer is given: an answer, and the same as a person reads it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from clusterkg import caption
from clusterkg.answer import Answer
from clusterkg.header import Texts


@dataclass(frozen=True)
class View:
    """Hold an answer with titles for its columns and texts for its cells, in one language.

    `truth` is set for the answer to an ASK; `note` is what a person reads where there is no row.
    """

    answer: Answer
    titles: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    truth: bool | None = None
    note: str = ""


def view(answer: Answer, known: Mapping[str, str], titles: Mapping[str, Texts], *,
         language: str = "en", note: str = "") -> View:
    """Write an answer's cells with the labels in `known`, and head its columns with `titles`.

    `titles` also holds words for plain strings, under the string in quotes: `"none known"`.
    """
    heads = tuple(caption.title(titles.get(name, {}), language, name) for name in answer.columns)
    words = {name: texts[language] for name, texts in titles.items() if language in texts}
    texts = tuple(tuple(words.get(str(term)) or caption.text(term, known)
                        if isinstance(term, Literal) else caption.text(term, known)
                        for term in row) for row in answer.rows)
    return View(answer, heads, texts, note=note)


def truth(value: bool) -> View:
    """Lay the answer to an ASK out as one cell."""
    answer = Answer(("answer",), ((Literal(value),),))
    return View(answer, ("answer",), (("true" if value else "false",),), truth=value)
