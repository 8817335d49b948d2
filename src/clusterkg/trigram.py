"""What a full-text search of an index for trigrams matches, as FTS5 reads it."""

from collections.abc import Iterable

# What stands beside words in labels.
_AROUND = (" -()/.,:;&+'\"[]{}<>*#%=!?@|~^`$\\、。·《》“”‘’—–…"
           "「」『』【】〈〉〔〕〖〗«»‹›„‚¿¡§©®°•†‡‐‑−×÷±→€£¥")


def ends(word: str) -> str:
    """Match the two ends of a word, each with what may stand beside it."""
    if len(word) == 1:
        return either([*(f" {word}{after}" for after in _AROUND),
                       *(f"{before}{word} " for before in _AROUND)])
    return every([either(side + word[:2] for side in _AROUND),
                  either(word[-2:] + side for side in _AROUND)])


def every(matches: Iterable[str]) -> str:
    """Match what each of these matches; "" is left out."""
    return " AND ".join(filter(None, matches))


def either(grams: Iterable[str]) -> str:
    """Match any of these trigrams."""
    return f"({' OR '.join(map(quoted, grams))})"


def quoted(gram: str) -> str:
    """Match a trigram, whatever it holds."""
    # In FTS5 whatever stands in quotes is text; a NUL would end the expression.
    return '"' + gram.replace('"', '""').replace("\0", " ") + '"'
