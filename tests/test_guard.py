"""SPARQL text that would leave this machine; the oracle is the engine, which then tries to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusterkg import guard, syntax
from clusterkg.errors import RefusedError, UsageError

# The engine refuses this port itself, and says so: whoever gets that answer has been let through.
OUT = "<http://127.0.0.1:9/>{?a ?b ?c}"
TRICKS = [
    f"SELECT * {{ SERVICE {OUT} }}", f"SELECT * {{SERVICE{OUT}}}",
    f"SELECT * {{SERVICESILENT{OUT}}}", f"SELECT * {{ sErViCe SiLeNt {OUT} }}",
    "PREFIX a: <http://127.0.0.1:9/> SELECT * {SERVICEa:b{?a ?b ?c}}",
    "PREFIX : <http://127.0.0.1:9/> SELECT * {service:b{?a ?b ?c}}",
    "PREFIX a: <http://127.0.0.1:9/> SELECT * {serviceSilenta:b#{\n{?a ?b ?c}}",
    "PREFIX service: <http://127.0.0.1:9/> SELECT * {service service:b{?a ?b ?c}}",
    f"SELECT * {{?s ?p trueSERVICE{OUT}}}",
    f"SELECT * {{VALUES ?x {{UNDEF}}SERVICE{OUT}}}", f"SELECT * {{OPTIONAL{{}}.SERVICE{OUT}}}",
    f"PREFIX : <a:a> SELECT * {{BIND(:b AS ?x).service{OUT}}}",
    f"SELECT * {{ {{ SELECT * {{ #\n SERVICE#\n{OUT} }} }} }}",
    f'SELECT * {{ VALUES ?x {{"""a" }} SERVICE {OUT}#\\z"""\n}}',
    f'SELECT * {{ VALUES ?x {{"""a" }} SERVICE {OUT}#\\uD800"""\n}}',
    f"SELECT * {{ VALUES ?x {{'''a' }} SERVICE {OUT}#\\z'''\n}}",
    "SELECT * { SERVICE <http://127.0.0.1\\u003A9/> {?a ?b ?c} }",
    "BASE <http://127.0.0.1:9/> SELECT * { SERVICE <x> {?a ?b ?c} }",
    f"ASK {{ FILTER EXISTS {{ SERVICE {OUT} }} }}", f"DESCRIBE ?a {{ SERVICE {OUT} }}",
    f"CONSTRUCT {{ ?a ?b ?c }} {{ SERVICE {OUT} }}",
]
STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.Literal(True)))


def leaves(text: str) -> bool:
    """Tell whether the engine, given this text, asks another host."""
    try:
        result = STORE.query(text)
        if isinstance(result, ox.QuerySolutions | ox.QueryTriples):
            list(result)
    except OSError:
        return True
    except (SyntaxError, ValueError, RuntimeError):
        return False
    return "silent" in text.lower() and "service" in text.lower()


def passed(text: str, *hosts: str) -> str | None:
    """Give the text that would run; None for a refusal."""
    try:
        return guard.local(guard.cut(text), hosts)
    except (RefusedError, UsageError):
        return None


@pytest.mark.parametrize("text", TRICKS)
def test_no_trick_leaves_this_machine(text: str) -> None:
    assert leaves(text) or "EXISTS" in text  # where the engine does not tell
    ran = passed(text)
    assert ran is None or not leaves(ran)


def test_a_variable_names_no_host() -> None:
    for hosts in ((), ("127.0.0.1",)):
        text = "SELECT * { BIND(<http://127.0.0.1:9/> AS ?x) SERVICE ?x {} }"
        assert passed(text, *hosts) is None


@pytest.mark.parametrize("text", TRICKS)
def test_the_command_line_refuses_the_same(text: str) -> None:
    with pytest.raises((RefusedError, UsageError)):
        syntax.check(text)


@pytest.mark.parametrize("text", [t for t in TRICKS if "127.0.0.1" in t])
def test_another_host_is_not_asked_either(text: str) -> None:
    ran = passed(text, "example.org", "127.0.0.2")
    assert ran is None or not leaves(ran)


@pytest.mark.parametrize("iri", [
    "http://ok.example@127.0.0.1/", "http://127.0.0.1#ok.example", "http://127.0.0.1/?ok.example",
    "file://ok.example/x", "//ok.example/x", "http:ok.example", "http://OK.example.evil/",
    "http://ok.example\\u0040127.0.0.1/", "http://ok.example%40127.0.0.1/", "http://[::1]/",
    "ftp://ok.example/", "http://ok.example:x/", "http://evil\\u005Cok.example/"])
def test_an_allowed_name_must_be_the_host(iri: str) -> None:
    assert passed(f"SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}", "ok.example") is None


@pytest.mark.parametrize("iri", ["http://ok.example/sparql", "https://ok.example:8443/a?b=c",
                                 "http://ok\\u002Eexample/"])
@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_an_allowed_host_is_asked(iri: str, silent: str) -> None:
    ran = passed(f"SELECT * {{ SERVICE {silent}<{iri}> {{ ?s ?p ?o }} }}", "ok.example")
    assert ran is not None
    assert "SERVICE" in ran


def test_an_allowed_host_answers(listening: tuple[int, list[str]]) -> None:
    port, asked = listening
    text = f"SELECT * {{ SERVICE SILENT <http://localhost:{port}/> {{ ?s ?p ?o }} }}"
    for hosts, count in (((), 0), (("example.org",), 0), (("localhost",), 1)):
        ran = passed(text, *hosts)
        assert (ran is None) == (count == 0)
        if ran is not None:
            found = ox.Store().query(ran)
            assert isinstance(found, ox.QuerySolutions)
            list(found)
        assert len(asked) == count


@pytest.fixture
def listening() -> Iterator[tuple[int, list[str]]]:
    """Listen on a port, and keep who asks."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def answer() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(1000).decode(errors="replace"))
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n"
                                   b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.close()
        thread.join(10)


@pytest.mark.parametrize(("text", "value"), [
    ('SELECT * { BIND("a Service <x> { } #" AS ?x) }', '"a Service <x> { } #"'),
    ("SELECT * { BIND(<http://example.org/service> AS ?x) }", "<http://example.org/service>"),
    ("PREFIX a: <a:> SELECT * { BIND(a:service.SERVICE AS ?x) }", "<a:service.SERVICE>"),
    ("PREFIX service: <a:> SELECT * { BIND(service:b AS ?x) }", "<a:b>"),
    ("SELECT ?x { BIND(1 AS ?service) BIND(?service + 1 AS ?x) } # service",
     '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ("SELECT * { BIND('''public\nservice''' AS ?x) }", '"public\\nservice"')])
def test_the_word_itself_does_no_harm(text: str, value: str) -> None:
    ran = passed(text)
    assert ran is not None
    found = ox.Store().query(ran)
    assert isinstance(found, ox.QuerySolutions)
    assert [str(solution["x"]) for solution in found] == [value]


def test_text_without_the_word_is_left_as_it_is() -> None:
    text = 'SELECT ?x # comment\n{ BIND("\\u0041\n" AS ?x) }'
    assert passed(text) == text


PIECES = st.sampled_from([
    "SERVICE", "service", "SILENT", OUT, "<http://127.0.0.1:9/>", "{?a ?b ?c}", "{", "}", " ", "\n",
    "#", '"', "'", '"""', "'''", "\\", "\\z", "\\u0041", "\\uD800", "a:", ":", "a:b", "a", "?x",
    "$", "true", "1", ".", "VALUES ?x {", "BIND(1 AS ?y)", "FILTER(", ")", "<", ">", "@en", "-",
    "_:b", "OPTIONAL{}", "?s ?p ", "UNDEF", "^^", "%41", "<<(", "|",
    "\r", "ª", "²", "\u200c", "\x0c"])


@settings(max_examples=700, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
@example('VALUES ?x {"""a" }SERVICE<http://127.0.0.1:9/>{?a ?b ?c}#\\z"""\n')
def test_no_heap_of_pieces_leaves_this_machine(middle: str) -> None:
    for text in (f"PREFIX a: <http://127.0.0.1:9/> PREFIX : <a:a> SELECT * {{{middle}}}",
                 f"PREFIX a: <http://127.0.0.1:9/> SELECT * {{{middle} SERVICE {OUT}}}"):
        ran = passed(text)
        if ran is not None:
            assert not leaves(ran), ran


@pytest.mark.parametrize("text", [
    "SELECT * " + "{" * 10_000 + "}" * 10_000, "ASK { FILTER(" + "!" * 1_000_000 + "true) }",
    "SELECT * {" + "{} UNION " * 10_000 + "{} }",
    "ASK { FILTER(" + "(" * 600 + "1" + ")" * 600 + ")}",
    "ASK { FILTER(" + "! " * 600 + "true) }",
    "ASK {}" + "#\n" * 200_000])
def test_what_the_parser_would_not_survive_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        guard.cut(text)


@pytest.mark.parametrize("text", [
    "ASK { FILTER(" + "!" * 490 + "true) }", "ASK { FILTER(1" + "+1" * 4_900 + ") }",
    "ASK { FILTER(" + "-" * 9_000 + "1) }", "SELECT * {" + "{} UNION " * 3_000 + "{} }",
    "ASK { ?s " + "^" * 9_000 + "<a:a> ?o }", "ASK { ?s <a:a>" + "/<a:a>" * 300 + " ?o }",
    "SELECT * " + "{" * 490 + "}" * 490, "ASK { FILTER(" + "(" * 490 + "1" + ")" * 490 + ")}",
    "ASK { ?s " + "(" * 490 + "<a:a>" + ")*" * 490 + " ?o }",
    "ASK {" + "OPTIONAL {" * 480 + "}" * 480 + "}",
    "ASK { " + "[] a [ a " * 400 + "1" + "]" * 400 + "}"])
def test_what_is_taken_the_parser_survives(text: str) -> None:
    guard.cut(text)
    with suppress(SyntaxError):
        ox.Store().query(text)
