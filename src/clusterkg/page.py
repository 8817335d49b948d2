"""Pages for people, from the templates in `pages/`: escaped, and whole without a script."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from clusterkg import caption
from clusterkg.namespaces import BASE, compress

_FOLDER = Path(__file__).parent / "pages"
_FOLLOWED = ("http", "https", "mailto", "tel", "urn")
_PAGED = re.compile(r"^/id/|^/(?=voc/|ns#)")
_TURNED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def render(name: str, /, *, lang: str, base: str, **values: object) -> bytes:
    """Fill a template; what it names and is not given is an error, never an empty place.

    `say` gives the page's own words in the reader's language, or in English; `root` stands before
    the path of every link, for `base` may have a path of its own.
    """
    said = {key: caption.title(texts, lang, key) for key, texts in _said("words").items()}
    made = _environment().get_template(name).render(
        lang=lang, spoken=spoken(lang), second=other(lang), base=base,
        root=urlsplit(base).path.rstrip("/"), say=said, **values)
    return made.encode(errors="replace")


def languages() -> tuple[str, ...]:
    """List the languages in which pages speak; the first is for who understands none of them."""
    return tuple(_said("words")["skip"])


def spoken(lang: str) -> str:
    """Give the language in which a page speaks to such a reader."""
    return lang if lang in languages() else languages()[0]


def other(lang: str) -> str:
    """Give the language that is offered to such a reader instead."""
    place = languages().index(spoken(lang)) + 1
    return languages()[place % len(languages())]


def problems(lang: str) -> dict[str, str]:
    """Say what each kind of problem means."""
    return {name: caption.title(texts, lang, name) for name, texts in _said("problems").items()}


def title(english: str, lang: str) -> str:
    """Give the title of a refusal in a reader's language."""
    return _said("titles").get(english, {}).get(spoken(lang), english)


@cache
def edition() -> str:
    """Give what changes whenever a template or a word does."""
    found = hashlib.sha256()
    for path in sorted(_FOLDER.iterdir()):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def style() -> bytes:
    """Give the style sheet of all pages."""
    return (_FOLDER / "style.css").read_bytes()


def href(iri: str) -> str:
    """Give where a link to an IRI leads, "" for what no reader should be led to.

    What is the project's own is found on this server, whatever the host: the page about it, where
    there is one.
    """
    if iri.startswith(BASE) and not iri.startswith(f"{BASE}/"):
        local = _PAGED.sub("/page/", iri.removeprefix(BASE.rstrip("/")))
        return local.replace("?", "%3F") if local.startswith("/page/") else local
    try:
        return iri if urlsplit(iri).scheme.lower() in _FOLLOWED else ""
    except ValueError:
        return ""


def embedded(json: str) -> Markup:
    """Spell JSON so that it can stand in a `script` element, which it cannot end."""
    return Markup("".join(_TURNED.get(each, each) for each in json))  # no "<" is left


@pass_context
def _href(context: Context, iri: str) -> str:
    found = href(iri)
    if not found.startswith("/"):
        return found
    path, mark, fragment = found.partition("#")
    tongue = f"?lang={context['lang']}" if path.startswith("/page/") else ""
    return f"{context['root']}{path}{tongue}{mark}{fragment}"


def _indented(written: str) -> str:
    """Part what follows a word from it."""
    return Markup(" ") + written if written and not written.startswith("<sup") else written


def counted(number: int | str) -> str:
    """Part the thousands of a count; what is none stays what it is."""
    text = str(number)
    return f"{int(text):,}" if text.isdecimal() else text


@cache
def _said(name: str) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@cache
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"href": _href, "curie": compress, "embedded": embedded, "counted": counted,
                     "indented": _indented,
                     "printable": caption.printable}
    return made
