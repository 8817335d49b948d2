"""How much speaks for two names being of one thing, and what.

A name with a legal form is whole: two whole names that differ in what tells them from others are
names of two, though they share a beginning, unless one is misspelt. What is short is held against
the beginning of what is whole. Letters that were hidden are never held against anything.
"""

from collections.abc import Collection
from dataclasses import dataclass
from operator import ne

from clusterkg.matching.name import Name
from clusterkg.matching.unit import Units, begins, is_within, joined, shortened
from clusterkg.matching.vocabulary import words

LIKELY = 0.6  # from here on two may be one
CERTAIN = 0.9  # where nothing else comes near, it is
APART = 0.1  # by which the next is less, where the first is certain
UNLIKELY = 0.3  # where nothing but the beginning is the same
BRAND = 2  # letters that names of one group share
_LONG = 5  # letters of a name that may be misspelt
_NEAR, _FAR = 0.03, 0.3  # for the same place, and against another
_OTHER = 0.4  # for what is another by one sign, though names and places say that it is one
_FORM = 0.02  # for the same legal form
_OTHER_FORM = 0.05  # against another: with all else the same it is not certain
_OTHERWISE = 0.85  # for the same code, of what is called otherwise
_ABBREVIATED = 3  # letters of an abbreviation

SAME_CODE, OTHER_CODE = "same code", "other code"
SAME_NAME, OTHER_NAME = "same name", "known by this name, too"
OTHERWISE, OTHER_FORM = "called otherwise", "another legal form"
SAME_PLACE, OTHER_PLACE = "same place", "other place"
BRANCH = "one names a branch"
FORM, PLACE, GROUP_FORM = "but for the legal form", "but for the place", "one names the group"
SHORT, SHORTER, ABBREVIATED = "short name", "begins the name", "abbreviated"
SOUND, SPELLING, GROUP = "reads the same", "one letter differs", "perhaps of the same group"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score from 0 to 1, and what it comes from."""

    score: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def is_likely(self) -> bool:
        """Tell whether they may be one."""
        return self.score >= LIKELY


NOTHING = Verdict()
ALIKE = Verdict(UNLIKELY, (GROUP,))


def names(asked: Name, known: Name) -> Verdict:
    """Hold two names against each other, however one of them may be read.

    Where both began with a place that is none in their core, they are as they stand.
    """
    best = _names(asked, known)
    if asked.is_branch != known.is_branch:  # of the other, perhaps, but it is another
        return Verdict(_OTHER, (*best.reasons, BRANCH)) if best.is_likely else best
    if best.is_likely or not (asked.inner or known.inner):
        return best
    return max((best, *(_names(one, known) for one in asked.readings()),
                *(_names(asked, other) for other in known.readings())),
               key=lambda verdict: verdict.score)


def _names(asked: Name, known: Name) -> Verdict:
    if asked.is_masked or known.is_masked or not (asked.core and known.core):
        return NOTHING
    if asked.plain == known.plain:
        return Verdict(0.95, (SAME_NAME,))
    if asked.is_place or known.is_place:
        return NOTHING
    if asked.stem == known.stem:
        return _by_form(asked, known, 0.9, FORM)
    if asked.core == known.core:
        return _by_form(asked, known, 0.8, PLACE)
    found = NOTHING if asked.is_whole and known.is_whole else _short(asked, known)
    return found if found.score else _misspelt(asked, known)


def is_otherwise(asked: Name, known: Name) -> bool:
    """Tell whether one thing is hardly called both; what is masked or of other letters may be."""
    return (not (asked.is_masked or known.is_masked) and bool(asked.core and known.core)
            and isinstance(asked.core, str) == isinstance(known.core, str)
            and not names(asked, known).is_likely)


def sounds() -> Verdict:
    """Judge names that differ in letters and are read the same."""
    return Verdict(0.7, (SOUND,))


def brand(some: Units) -> str:
    """Give what the names of one group begin with."""
    return joined(some[:BRAND] if isinstance(some, str) or len(some[0]) == 1 else some[:1])


def codes(verdict: Verdict, asked: str, known: Collection[str], *, otherwise: bool) -> Verdict:
    """Let identifying codes overrule names; what is called `otherwise` is to be looked at."""
    if not asked or not known:
        return verdict
    if asked in known:
        return (Verdict(_OTHERWISE, (SAME_CODE, *verdict.reasons, OTHERWISE)) if otherwise
                else Verdict(1.0, (SAME_CODE, *verdict.reasons)))
    return Verdict(min(verdict.score, _OTHER), (*verdict.reasons, OTHER_CODE))


def places(verdict: Verdict, *, agree: bool | None) -> Verdict:
    """Let places speak for or against; None says nothing."""
    if agree is None or SAME_CODE in verdict.reasons:
        return verdict
    if agree:
        return Verdict(min(verdict.score + _NEAR, 0.98), (*verdict.reasons, SAME_PLACE))
    return Verdict(max(verdict.score - _FAR, 0.0), (*verdict.reasons, OTHER_PLACE))


def _by_form(asked: Name, known: Name, score: float, reason: str) -> Verdict:
    if asked.is_group != known.is_group and (known if asked.is_group else asked).is_whole:
        return Verdict(0.5, (reason, GROUP_FORM))
    one, other = (words().variants.get(name.form, name.form) for name in (asked, known))
    if one and other and one != other:
        return Verdict(score - _OTHER_FORM, (reason, OTHER_FORM))
    return Verdict(score + (_FORM if asked.form == known.form else 0), (reason,))


def _short(asked: Name, known: Name) -> Verdict:
    """Hold a name that is not whole against a longer one, whichever of both it is."""
    shorter, longer = (known, asked) if len(known.core) < len(asked.core) else (asked, known)
    short, whole = shorter.core, longer.core
    if shorter.is_whole:  # nothing shorter is meant by it
        return NOTHING
    if begins(short, whole):
        rest = whole[len(short):]
        return Verdict(0.76, (SHORT,)) if _is_generic(rest) else Verdict(0.62, (SHORTER,))
    return Verdict(0.64, (ABBREVIATED,)) if _abbreviates(short, whole) or _abbreviates(
        *sorted((asked.stem, known.stem), key=len)) else NOTHING


def _abbreviates(short: Units, whole: Units) -> bool:
    return (len(joined(short)) >= _ABBREVIATED and isinstance(whole, str)
            and is_within(short, whole))


def _is_generic(rest: Units) -> bool:
    """Tell whether nothing but words that many bear is left."""
    known = words().generic
    return any(rest == part or (begins(part, rest) and _is_generic(rest[len(part):]))
               for part in known)


def _misspelt(asked: Name, known: Name) -> Verdict:
    one, other = joined(asked.core), joined(known.core)
    if max(len(one), len(other)) >= _LONG and _differ_in_one(one, other):
        is_late = one[:BRAND] == other[:BRAND]
        return Verdict(0.66 if is_late else 0.5, (SPELLING,))
    if brand(asked.core) == brand(known.core):
        return ALIKE
    return NOTHING


def _differ_in_one(one: str, other: str) -> bool:
    """Tell whether a letter is another, or too much; a number that is another tells two apart."""
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        differing = [pair for pair in zip(one, other, strict=True) if ne(*pair)]
        return len(differing) == 1 and not any(map(str.isnumeric, differing[0]))
    short, whole = sorted((one, other), key=len)
    return any(short == text and not whole[at].isnumeric()
               for at, text in enumerate(shortened(whole)))
