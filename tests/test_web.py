"""HTTP's words: what a client prefers, has already, is linked to and told when it errs."""

import json
import re
import time
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pages
from clusterkg import discovery, page
from clusterkg.errors import RefusedError, UnreadableError, UsageError
from clusterkg.namespaces import BASE
from clusterkg.web import (
    condition,
    dispatch,
    link,
    negotiation,
    problem,
    refusal,
    route,
    target,
)
from clusterkg.web.link import Link
from clusterkg.web.message import Request, Response
from clusterkg.web.negotiation import BOOLEANS, GRAPHS, HTML, RESULTS, Format
from clusterkg.web.problem import Problem

CHROME = ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
          "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7")
OWLAPI_4 = ("application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, "
            "*/*; q=0.09")
OWLAPI_5 = ("application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/turtle; q=0.5, "
            "text/plain; q=0.1, */*; q=0.09")
RDFLIB = "application/sparql-results+xml, application/rdf+xml"


def chosen(accept: str | None, offered: tuple[Format, ...]) -> str | None:
    try:
        return negotiation.choose(accept, offered).name
    except Problem as error:
        return None if error.status == 406 else f"status {error.status}"


@pytest.mark.parametrize(("accept", "offered", "name"), [
    (None, RESULTS, "json"), ("", RESULTS, "json"), ("*/*", GRAPHS, "turtle"),
    ("garbage", RESULTS, "json"), (";;;,,;q", RESULTS, "json"),
    ("text/csv;q=nonsense", RESULTS, "json"),
    ("text/csv;q=-1", RESULTS, "json"), ("text/csv;q=1e309", RESULTS, "json"),
    ("*/html", RESULTS, "json"), ("text/csv;q=1.5, text/tab-separated-values", RESULTS, "tsv"),
    ("text/csv", RESULTS, "csv"), ("TEXT/CSV", RESULTS, "csv"), ("text/*", RESULTS, "csv"),
    ("text/csv;header=present;q=0.5, application/*;q=0.4", RESULTS, "csv"),
    ("text/csv;q=0.5, text/tab-separated-values;q=0.501", RESULTS, "tsv"),
    ("text/csv ; q = 0.5 , application/xml", RESULTS, "xml"),
    ("text/csv;q=0", RESULTS, None), ("text/csv;q=0.000, */*", BOOLEANS, "json"),
    ("*/*;q=0", GRAPHS, None), ("text/turtle;q=0, */*;q=0.1", GRAPHS, "ntriples"),
    ("text/*;q=0, */*;q=0.1", GRAPHS, "ntriples"), ("text/csv", BOOLEANS, None),
    ("application/sparql-results+json;q=0, application/json", RESULTS, None),
    ("application/sparql-results+json;q=0.1, application/json, text/csv;q=0.5", RESULTS, "csv"),
    (RDFLIB, RESULTS, "xml"), (RDFLIB, BOOLEANS, "xml"), (RDFLIB, GRAPHS, "rdfxml"),
    (OWLAPI_4, GRAPHS, "rdfxml"), (OWLAPI_5, GRAPHS, "rdfxml"), (CHROME, RESULTS, "xml"),
    ("application/sparql-results+xml, */*", RESULTS, "xml"),
    ("application/ld+json, application/json;q=0.9", GRAPHS, "jsonld"),
    ("application/n-quads,application/trig;q=0.9,*/*;q=0.1", GRAPHS, "nquads")])
def test_a_format_is_chosen(accept: str | None, offered: tuple[Format, ...],
                            name: str | None) -> None:
    assert chosen(accept, offered) == name


def test_what_is_not_offered_is_answered_with_what_is() -> None:
    with pytest.raises(Problem) as caught:
        negotiation.choose("text/html", BOOLEANS)
    assert caught.value.status == 406
    assert caught.value.more["available"] == ["application/sparql-results+json",
                                              "application/sparql-results+xml"]


@pytest.mark.parametrize(("accept", "page", "rdf"), [
    (CHROME, True, False), ("text/html", True, False), ("application/xhtml+xml", True, False),
    ("*/*", False, False), (None, False, False), (OWLAPI_4, False, True), (OWLAPI_5, False, True),
    ("text/html, text/turtle", False, True), ("text/html, text/turtle;q=0.9", True, False),
    ("text/html;q=0.8, text/turtle;q=0.9", False, True), ("text/html;q=0", False, False),
    ("text/turtle;q=0, text/html;q=0.1", True, False), ("text/*", False, False)])
def test_a_page_or_rdf(accept: str | None, page: bool, rdf: bool) -> None:
    assert negotiation.prefers_html(accept) is page
    assert negotiation.prefers_rdf(accept) is rdf


@pytest.mark.parametrize(("said", "tag"), [
    (None, "en"), ("", "en"), ("zh", "zh"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("fr", "en"),
    ("fr, zh;q=0.1", "zh"), ("zh;q=0, en;q=0.1", "en"), ("en-GB-oed, zh;q=0.9", "en"), ("*", "en"),
    ("ZH-hant", "zh"), ("zh;q=x", "en"), ("<script>", "en")])
def test_a_language_is_chosen(said: str | None, tag: str) -> None:
    assert negotiation.language(said, ("en", "zh")) == tag


RANGES = st.tuples(st.sampled_from(["text/csv", "text/*", "*/*", "application/xml", "text/turtle",
                                    "application/sparql-results+json"]),
                   st.sampled_from(["", ";q=0", ";q=0.3", ";q=0.7", ";q=1", ";q=2", ";x=1"]))


@given(st.lists(RANGES, max_size=6))
def test_nothing_is_given_that_was_excluded(pairs: list[tuple[str, str]]) -> None:
    """And the order in which ranges are named does not count."""
    accept = ",".join(name + weight for name, weight in pairs)
    name = chosen(accept, RESULTS)
    assert name == chosen(",".join(name + weight for name, weight in reversed(pairs)), RESULTS)
    weights: dict[str, set[str]] = {}
    for each, weight in pairs:
        weights.setdefault(each, set()).add(weight)
    if weights.get("text/csv") == {";q=0"}:
        assert name != "csv"


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_no_header_breaks_it(text: str) -> None:
    for accept in (text, f"text/html;{text}", f"{text}/{text};q=0.5,*/*;q=0.1"):
        chosen(accept, GRAPHS)
        negotiation.prefers_html(accept)
        negotiation.language(accept, ("en", "zh"))


def test_a_huge_header_takes_no_time() -> None:
    start = time.process_time()
    for accept in ("text/csv;q=0.1," * 5000, "a" * 50_000, "a/" * 25_000, "*;" * 25_000,
                   "," * 50_000):
        chosen(accept, RESULTS)
    assert time.process_time() - start < 0.1


# What a client has

def request(path: str = "/x", **headers: str) -> Request:
    return target.parsed("GET", path, {k.replace("_", "-"): v for k, v in headers.items()}, id="1")


def test_a_tag_names_one_representation_of_one_version() -> None:
    tags = [condition.etag("a" * 64, request("/x?a=1&b=2"), "turtle"),
            condition.etag("b" * 64, request("/x?a=1&b=2"), "turtle"),
            condition.etag("a" * 64, request("/y?a=1&b=2"), "turtle"),
            condition.etag("a" * 64, request("/x?a=1&b=3"), "turtle"),
            condition.etag("a" * 64, request("/x?a=1&b=2"), "rdfxml")]
    assert len(set(tags)) == 5
    assert tags[0] == condition.etag("a" * 64, request("/x?b=2&a=1"), "turtle")
    assert all(re.fullmatch(r'W/"[0-9a-z]{12}-[0-9a-f]{16}"', tag) for tag in tags)
    assert condition.etag("", request(), "turtle") == ""


@pytest.mark.parametrize(("said", "fresh"), [
    ('W/"a-b"', True), ('"a-b"', True), ('"x", W/"a-b" , "y"', True), ("*", True), ('"a-c"', False),
    ("", False), ("a-b", False), ('W/"a-b', False), ('"x\\"a-b"', False)])
def test_if_none_match_is_compared_weakly(said: str, fresh: bool) -> None:
    assert condition.is_fresh(request(if_none_match=said), 'W/"a-b"') is fresh
    assert not condition.is_fresh(request(if_none_match=said), "")


def test_who_has_it_gets_no_body_again() -> None:
    tag = 'W/"a-b"'
    answer = Response(200, (("Content-Type", "text/plain"), ("Vary", "Accept")), b"x")
    whole = condition.tagged(answer, request(), tag)
    assert (whole.status, whole.body, whole.header("etag")) == (200, b"x", tag)
    known = condition.tagged(answer, request(if_none_match=tag), tag)
    assert (known.status, known.body, known.header("ETag")) == (304, b"", tag)
    assert known.header("Vary") == "Accept"
    assert known.header("Content-Type") is None


# Links and headers

@given(st.text(), st.text(), st.text())
def test_nothing_ends_a_link_early(path: str, rel: str, title: str) -> None:
    value = link.header([Link(link.absolute("http://h", "/" + path), rel, "text/turtle", title),
                         Link("/next", "next")])
    assert value.endswith(', </next>; rel="next"')
    assert re.fullmatch(r'<[^<>\s"]+>; rel="(?:[^"\\]|\\.)*"; type="text/turtle"'
                        r"(; title\*=UTF-8''[^,;\s]*)?", value[:-len(', </next>; rel="next"')])
    Response(200, (("Link", value),))


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x", "a\nb", "a\0b", "丝绸", "\x7f"])
def test_no_header_holds_another(value: str) -> None:
    with pytest.raises(ValueError, match="unfit header"):
        Response(200, (("Location", value),))
    with pytest.raises(ValueError, match="unfit header"):
        Response(200, ((f"X-{value}", "1"),))


# Addresses and routes

@pytest.mark.parametrize(("address", "path", "query"), [
    ("/a%20b?x=1+2&x=%2B&y", "/a b", (("x", "1 2"), ("x", "+"), ("y", ""))),
    ("/%2531?graph=%2531", "/%31", (("graph", "%31"),)), ("/%E4%B8%9D", "/丝", ()),
    ("/a?b?c=d#e", "/a", (("b?c", "d"),)), ("/%zz", "/%zz", ())])
def test_an_address_is_decoded_once(address: str, path: str,
                                    query: tuple[tuple[str, str], ...]) -> None:
    read = target.parsed("GET", address, {})
    assert (read.path, read.query, read.target) == (path, query, address)


@pytest.mark.parametrize(("address", "status"), [
    ("/%ff", 400), ("/?a=%ff", 400), ("/%c0%ae", 400), ("/%00", 404), ("/a%0d%0ab", 404),
    ("/?" + "a&" * 20_000, 400)])
def test_an_unfit_address_is_refused(address: str, status: int) -> None:
    with pytest.raises(Problem) as caught:
        target.parsed("GET", address, {})
    assert caught.value.status == status


def test_a_parameter_is_given_once() -> None:
    asked = request("/x?a=1&a=2&b=3")
    assert (asked.one("b"), asked.one("c"), asked.all("a")) == ("3", None, ["1", "2"])
    with pytest.raises(Problem, match="a is given 2 times") as caught:
        asked.one("a")
    assert caught.value.status == 400


def test_every_resource_declares_what_it_answers() -> None:
    declared = {name for name in discovery.names("resources")}
    assert {each.module for each in route.routes()} == declared
    patterns = [each.pattern for each in route.routes()]
    assert len(set(patterns)) == len(patterns)
    for each in route.routes():
        assert set(each.methods) <= {"GET", "POST", "PUT", "DELETE", "QUERY"}, each


def test_the_most_literal_route_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = ["/q/{name}", "/q/{name}/run", "/q/{name}.{form}", "/q/all", "/d/{rest...}",
                "/d/x/{rest...}", "/{rest...}"]
    listed = tuple(sorted((route.Route(p, ("GET",), p) for p in patterns),
                          key=lambda each: each.standing, reverse=True))
    monkeypatch.setattr(route, "_routes", lambda: listed)
    for path, pattern, captured in [
            ("/q/a", "/q/{name}", {"name": "a"}), ("/q/a/run", "/q/{name}/run", {"name": "a"}),
            ("/q/a.csv", "/q/{name}.{form}", {"name": "a", "form": "csv"}),
            ("/q/all", "/q/all", {}),
            ("/d/x/y/z", "/d/x/{rest...}", {"rest": "y/z"}),
            ("/d/y/z", "/d/{rest...}", {"rest": "y/z"}),
            ("/q/a/b/c", "/{rest...}", {"rest": "q/a/b/c"})]:
        found, got = route.matching(path)
        assert (found.pattern, dict(got)) == (pattern, captured), path


@pytest.mark.parametrize("path", ["", "/", "//evil.example/x", "/sparql/x/y", "/SPARQL", "/store/",
                                  "/../sparql", "sparql", "/sparql\n"])
def test_near_misses_reach_nothing_of_sparql(path: str) -> None:
    try:
        module = route.matching(path)[0].module
    except Problem as error:
        module = str(error.status)
    assert module not in ("sparql", "store")
    assert not module.isdecimal() or module == "404"


def test_many_segments_take_no_time() -> None:
    start = time.process_time()
    for path in ("/a" * 5000, "/" + "." * 10_000, "/queries/" + "a." * 5000):
        try:
            route.matching(path)
        except Problem:
            continue
    assert time.process_time() - start < 0.5


# Errors

@pytest.mark.parametrize(("error", "status", "said"), [
    (UsageError("no such thing"), 400, "no such thing"), (RefusedError("busy"), 503, "busy"),
    (UnreadableError("broken", path="/secret/place"), 503, "cannot be read"),
    (KeyError("/secret/place"), 500, "went wrong"), (Problem(418, "tea", "short"), 418, "short")])
def test_an_error_is_told_and_nothing_more(error: Exception, status: int, said: str) -> None:
    found = problem.of(error)
    assert found.status == status
    assert said in found.detail
    assert "secret" not in json.dumps(found.members())


@pytest.mark.parametrize(("headers", "address", "lang"), [
    ({}, "/nothing", "en"), ({"accept_language": "zh-CN,en;q=0.5"}, "/nothing?a=1", "zh"),
    ({"accept_language": "fr"}, "/nothing?lang=zh&lang=en", "zh"),
    ({"accept_language": "zh"}, "/nothing?lang=../x", "zh")])
def test_a_refusal_speaks_the_readers_language(headers: dict[str, str], address: str,
                                               lang: str) -> None:
    asked = target.parsed("GET", address, {"accept": "text/html"} | {
        name.replace("_", "-"): value for name, value in headers.items()})
    found = Problem(404, "not-found", "there is nothing", nearest=["a", f"{BASE}id/a/b", 7])
    answer = dispatch.complete(refusal.response(found, asked), asked)
    assert answer.header("Vary") == "Accept, Accept-Language"
    assert answer.header("Content-Language") == lang
    shown = pages.read(_bytes(answer).decode())
    assert shown.one("html").attributes["lang"] == lang
    assert shown.one("h1").words == {"en": "404 Not found", "zh": "404 没有找到"}[lang]
    assert shown.one("p", role="alert").words == "there is nothing"
    addresses = pages.addresses(shown)
    assert {f"/problem/not-found?lang={lang}", f"/page/a/b?lang={lang}"} <= set(addresses)
    there = shown.one("footer").all("a")[-1].attributes
    assert there["lang"] != lang
    assert there["href"].endswith(f"lang={there['lang']}")


def test_every_title_of_a_refusal_is_said_in_every_language() -> None:
    for lang in page.languages()[1:]:
        said = {page.title(english, lang) for english in problem.TITLES.values()}
        assert len(said) == len(problem.TITLES)
        assert not said & set(problem.TITLES.values())
    assert page.title("Never heard of", "zh") == "Never heard of"


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_what_was_given_never_becomes_markup(given_text: str) -> None:
    evil = f"<script>alert(1)</script>{given_text}\"'><img onerror=x>{{7*7}}"
    found = Problem(422, "parameter", evil, nearest=[evil], parameter=evil)
    shown = pages.read(_bytes(refusal.response(found, request(accept="text/html"))).decode())
    assert all(map(pages.is_harmless, pages.addresses(shown)))  # and no element but our own
    assert shown.text.count("<script>alert(1)</script>") == 3
    plain = refusal.response(found, request(accept="text/plain"))
    assert plain.header("Content-Type") == "text/plain; charset=utf-8"
    members: Mapping[str, object] = json.loads(_bytes(refusal.response(found, request())))
    assert members["parameter"] == evil
    assert members["status"] == 422


def _bytes(response: Response) -> bytes:
    assert isinstance(response.body, bytes)
    return response.body


def test_every_answer_carries_what_keeps_it_harmless() -> None:
    page = dispatch.complete(Response(200, (("Content-Type", HTML.media_type),), b"abc"), request())
    for name, value in {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
                        "X-Frame-Options": "DENY", "Access-Control-Allow-Origin": "*",
                        "Vary": "Accept", "Content-Length": "3", "X-Request-Id": "1"}.items():
        assert page.header(name) == value
    assert "frame-ancestors 'none'" in str(page.header("Content-Security-Policy"))
    assert page.header("Server") is None
    assert page.header("Access-Control-Allow-Credentials") is None
    own = dispatch.complete(Response(200, (("vary", "Accept, Accept-Language"),)), request())
    assert [v for k, v in own.headers if k.lower() == "vary"] == ["Accept, Accept-Language"]


@pytest.mark.parametrize(("said", "kept"), [
    ("abc-1.2_3", True), ("", False), (None, False), ("a b", False), ("a\r\nb", False),
    ("a" * 65, False), ("a" * 64, True)])
def test_the_clients_id_is_kept_where_it_is_harmless(said: str | None, kept: bool) -> None:
    found = dispatch.request_id(said)
    assert (found == said) is kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", found)


def test_options_say_what_is_allowed_and_let_nobody_send_a_token() -> None:
    answer = dispatch.respond(target.parsed("OPTIONS", "/sparql", {}), None)
    assert answer.status == 204
    allowed = (answer.header("Allow") or "").split(", ")
    assert set(allowed) == {"GET", "HEAD", "POST", "QUERY", "OPTIONS"}
    taken = (answer.header("Access-Control-Allow-Headers") or "").lower()
    assert "authorization" not in taken
    assert "if-none-match" in taken
    shown = (answer.header("Access-Control-Expose-Headers") or "").split(", ")
    assert {"ETag", "Link", "Retry-After", "X-Request-Id", "X-Clusterkg-Version",
            "Content-Disposition", "Location"} <= set(shown)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PATCH", "get", "FOO"])
def test_other_methods_are_refused_with_what_is_allowed(method: str) -> None:
    answer = dispatch.respond(target.parsed(method, "/sparql", {}), None)
    assert answer.status == 405
    assert "GET" in (answer.header("Allow") or "")
