"""How Chinese is read: Hanyu Pinyin in small letters, without tones.

A syllable begins with a capital where its beginning matters (`ChongQing`), so that its first
letter and its bounds can be told from the letters of other words, which are folded to small ones.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, cached_property
from string import ascii_uppercase

CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_TONES = re.compile(r"(?<=[a-z])[1-5](?![0-9])")
_APART = re.compile(r"[^\S\n]+|['’·-]+")
_WITHOUT_MARKS = dict.fromkeys(map(ord, " '’·-"))
_CAPITALS = defaultdict[int, int | None](  # the rest is left out
    lambda: None, {ord(letter): ord(letter) for letter in f"{ascii_uppercase}\n"})
_LATIN = re.compile("(?=[0-9]*[a-z])[0-9a-z]{2,}")


class Reading:
    """Spell texts by the readings of characters, and of words that read otherwise."""

    def __init__(self, syllables: Mapping[int, str], words: Mapping[str, str]):
        """Take syllables by character, as for `str.translate`, and words of two characters.

        A word's spelling is its two syllables with a space between: 重庆 is `Chong Qing`.
        """
        self.syllables, self.words = syllables, words

    @cached_property
    def odd(self) -> frozenset[str]:
        """Hold the characters that are read otherwise in some word."""
        return frozenset(
            character for word, read in self.words.items()
            for character, syllable in zip(word, read.split(), strict=True)
            if self.syllables[ord(character)] != syllable)

    @cached_property
    def _exceptional(self) -> re.Pattern[str]:
        return re.compile(f"[{''.join(sorted(self.odd))}]") if self.odd else re.compile("(?!)")

    def in_context(self, text: str) -> str:
        """Spell a text so that each character is read as in the word that it is part of."""
        def spelled(match: re.Match[str]) -> str:
            at = match.start()
            if (read := self.words.get(text[at:at + 2])) is not None:
                return read.partition(" ")[0]
            read = self.words.get(text[max(at - 1, 0):at + 1])
            return match[0] if read is None else read.partition(" ")[2]

        return self._exceptional.sub(spelled, text).translate(self.syllables)

    def usual(self, text: str) -> str:
        """Spell a text by the commonest reading of each character."""
        return text.translate(self.syllables)

    def spellings(self, text: str) -> list[str]:
        """Spell a text in context and, where that differs, as usual."""
        return list(dict.fromkeys((self.in_context(text), self.usual(text))))


@cache
def dictionary() -> Reading:
    """Read the dictionary of characters and words."""
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    syllables = {code: _plain(readings.partition(",")[0]).title()
                 for code, readings in pinyin_dict.items()}
    words = {word: [_plain(reading[0]).title() for reading in readings]
             for word, readings in phrases_dict.items() if len(word) == len(readings) == 2}
    return Reading(syllables, {word: " ".join(read) for word, read in words.items()
                               if all(ord(c) in syllables and syllable for c, syllable
                                      in zip(word, read, strict=True))
                               and read != [syllables[ord(c)] for c in word]})


def letters(spelled: str) -> str:
    """Give the letters of spellings, one a line, without what stands between syllables."""
    return spelled.lower().translate(_WITHOUT_MARKS)


def initials(spelled: str) -> str:
    """Give the first letters of the syllables of spellings, one a line."""
    return spelled.translate(_CAPITALS).lower()


def typed(key: str) -> list[str]:
    """Fold pinyin as it is typed (tones, spaces, apostrophes, v for ü); nothing for another text.

    A digit may be a tone or stand in the name.
    """
    plain = _plain(key)
    letters = dict.fromkeys(_APART.sub("", text) for text in (_TONES.sub("", plain), plain))
    return [re.sub("(?<=[ln])v", "u", text) for text in letters if _LATIN.fullmatch(text)]


def sounds_inside(sound: str, spelled: str) -> bool:
    """Tell whether whole syllables of a spelling read as `sound`."""
    letters = spelled.lower()
    at = letters.find(sound)
    while at >= 0:
        end = at + len(sound)
        if "A" <= spelled[at] <= "Z" and not "a" <= spelled[end:end + 1] <= "z":
            return True
        at = letters.find(sound, at + 1)
    return False


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
