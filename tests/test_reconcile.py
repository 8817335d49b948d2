"""The Reconciliation Service API, as its specification and its clients have it."""

import gc
import json
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pyoxigraph as ox
import pytest

import registers
from clusterkg.namespaces import expand
from clusterkg.reconciliation import answering, asked, finding
from clusterkg.world import Settings, World
from conftest import Requires, Suite
from servers import Reply as Sent
from servers import Server, running
from web import Reply, ask, opened

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
POWER, AERO = f"{registers.ENT}x-power", f"{registers.ENT}x-aero"
OLD, NEW = "0.2", "1.0-draft"
CODE, PLACE = expand("ckg:unifiedSocialCreditCode"), expand("ckg:registeredIn")
SIZE = "https://example.org/size"
PAGE = {"accept": "application/json, text/javascript, */*; q=0.01", "sec_fetch_mode": "cors",
        "origin": "http://127.0.0.1:3333", "referer": "http://127.0.0.1:3333/"}


@pytest.fixture(scope="module")
def world() -> World:
    return opened(registers.folder())


@pytest.fixture(scope="module")
def specs(requires: Requires) -> Suite:
    return requires.mirrored("reconciliation-api+specs")


def old(world: World, **queries: Mapping[str, object]) -> dict[str, Any]:
    reply = ask(world, "POST", "/reconcile", urlencode({"queries": json.dumps(queries)}),
                content_type=FORM)
    assert reply.status == 200, reply.text
    found: dict[str, Any] = reply.json
    return found


def new(world: World, *conditions: Mapping[str, object], **more: object) -> list[Any]:
    reply = ask(world, "POST", "/reconcile/match", json.dumps(
        {"queries": [{"conditions": conditions, **more}]}), content_type=JSON)
    assert reply.status == 200, reply.text
    (found,) = reply.json["results"]
    candidates: list[Any] = found["candidates"]
    return candidates


def ids(found: Sequence[Mapping[str, Any]]) -> list[str]:
    return [one["id"] for one in found]


def name(text: str) -> dict[str, object]:
    return {"matchType": "name", "propertyValue": text}


def having(link: str, value: object, **more: object) -> dict[str, object]:
    return {"matchType": "property", "propertyId": link, "propertyValue": value, **more}


# -- the specification's schemas and examples ------------------------------------------------------


def checked(specs: Suite, version: str, schema: str) -> Callable[[object], None]:
    """Give what fails for an instance that is not valid."""
    def fetched(uri: str) -> Any:
        file = "openapi.json" if uri.startswith("http://swagger.io/") else uri.rsplit("/", 1)[1]
        return _schema(specs, version, file)

    validator = jsonschema_rs.Draft7Validator(_schema(specs, version, f"{schema}.json"),
                                              retriever=fetched)

    def check(instance: object) -> None:
        errors = [f"{one.instance_path}: {one.message}" for one in validator.iter_errors(instance)]
        assert not errors

    return check


def _schema(specs: Suite, version: str, file: str) -> Any:
    found = json.loads(specs.read(f"{version}/schemas/{file}"))
    return {key: value for key, value in found.items() if key != "$schema"}


@pytest.mark.parametrize(("version", "path"), [(OLD, "/reconcile"), (NEW, "/reconcile/1.0-draft")])
def test_the_manifest_is_valid(version: str, path: str, specs: Suite, world: World) -> None:
    reply = ask(world, "GET", path)
    checked(specs, version, "manifest")(reply.json)
    assert reply.json["versions"] == [version]
    assert reply.json["batchSize"] == asked.BATCH


BATCHES = {
    OLD: {True: ["example-full", "example-min", "multi-values", "no-query-string"],
          False: ["empty-properties", "empty-query", "misnamed-property"]},
    NEW: {True: ["example-full", "example-min", "multi-values", "no-query-string",
                 "text-processing-language"],
          False: ["empty-conditions", "empty-query", "misnamed-conditions", "missing-match-type",
                  "multiple-types", "no-root-object", "old-format"]}}


@pytest.mark.parametrize(("version", "is_valid", "example"), [
    (version, valid, each) for version, kinds in BATCHES.items()
    for valid, names in kinds.items() for each in names])
def test_examples_of_queries(version: str, is_valid: bool, example: str, specs: Suite,
                             world: World) -> None:
    folder = "valid" if is_valid else "invalid"
    text = specs.read(f"{version}/examples/reconciliation-query-batch/{folder}/{example}.json"
                      ).decode()
    reply = (ask(world, "POST", "/reconcile", urlencode({"queries": text}), content_type=FORM)
             if version == OLD else ask(world, "POST", "/reconcile/match", text, content_type=JSON))
    assert reply.status == (200 if is_valid else 400), reply.text
    if is_valid:
        checked(specs, version, "reconciliation-result-batch")(reply.json)


def test_answers_are_valid(specs: Suite, world: World) -> None:
    queries = {f"q{number}": {"query": one.text} for number, one in
               enumerate(registers.named()[:asked.BATCH])}
    found = old(world, **queries)
    assert list(found) == list(queries)
    assert sum(bool(one["result"]) for one in found.values()) > 30
    checked(specs, OLD, "reconciliation-result-batch")(found)
    found_ = new(world, name("宗申动力"), having(PLACE, "重庆市", required=True))
    assert found_
    checked(specs, NEW, "reconciliation-result-batch")({"results": [{"candidates": found_}]})


@pytest.mark.parametrize("version", [OLD, NEW])
def test_suggestions_and_values_are_valid(version: str, specs: Suite, world: World) -> None:
    for kind, schema in (("entity", "entities"), ("property", "properties"), ("type", "types")):
        for prefix in ("", "z", "宗申", "enter", "registered"):
            reply = ask(world, "GET", f"/reconcile/suggest/{kind}?prefix={quote(prefix)}")
            checked(specs, version, f"suggest-{schema}-response")(reply.json)
    of = ask(world, "GET", "/reconcile/extend/propose?type=ckg:Enterprise&limit=3")
    checked(specs, version, "data-extension-property-proposal")(of.json)
    assert len(of.json["properties"]) == 3
    checked(specs, version, "data-extension-response")(
        extended(world, [POWER, "ent:x-none", "no iri"], [SIZE, "rdfs:label", PLACE, "no iri"],
                 version))


def extended(world: World, of: Sequence[str], links: Sequence[str], version: str) -> Any:
    said = {"ids": of, "properties": [{"id": link} for link in links]}
    reply = (ask(world, "POST", "/reconcile", urlencode({"extend": json.dumps(said)}),
                 content_type=FORM) if version == OLD else
             ask(world, "POST", "/reconcile/extend", json.dumps(said), content_type=JSON))
    assert reply.status == 200, reply.text
    return reply.json


# -- what is found ---------------------------------------------------------------------------------


def test_an_exact_name_gives_its_thing(world: World) -> None:
    some = registers.firms()[::40]
    found = old(world, **{firm.iri: {"query": firm.name} for firm in some})
    for firm in some:
        assert found[firm.iri]["result"][0]["id"] == firm.iri
        assert found[firm.iri]["result"][0]["match"] is True
        assert found[firm.iri]["result"][0]["name"] == firm.name


def test_an_identifier_gives_its_thing(world: World) -> None:
    for said in (POWER, "ent:x-power"):
        (found,) = old(world, q={"query": said})["q"]["result"]
        assert (found["id"], found["score"], found["match"]) == (POWER, 100.0, True)
        (found,) = new(world, {"matchType": "id", "propertyValue": said})
        assert found["id"] == POWER
    assert new(world, {"matchType": "id", "propertyValue": "ent:x-none"}) == []


def test_two_of_a_group_stay_two_and_a_mask_matches_nothing(world: World) -> None:
    found = old(world, power={"query": "宗申动力"}, aero={"query": "宗申航发"},
                mask={"query": "三角***份限公司"}, english={"query": "zongshen power co., ltd."})
    assert ids(found["power"]["result"])[0] == POWER
    assert found["power"]["result"][0]["match"] is False  # a short name is looked at
    assert ids(found["aero"]["result"])[0] == AERO
    assert found["mask"]["result"] == []
    assert ids(found["english"]["result"])[0] == POWER


def test_candidates_are_sorted_and_limited(world: World) -> None:
    found = old(world, q={"query": "重庆华信", "limit": 3}, all={"query": "重庆华信", "limit": 50})
    scores = [one["score"] for one in found["all"]["result"]]
    assert scores == sorted(scores, reverse=True)
    assert ids(found["q"]["result"]) == ids(found["all"]["result"])[:3]


@pytest.mark.parametrize(("types", "strict", "is_found"), [
    ("ckg:Enterprise", "any", True), (expand("ckg:Organization"), "all", True),
    (["ckg:Place", "ckg:Enterprise"], "any", True), (["ckg:Place", "ckg:Enterprise"], "all", False),
    ("ckg:Place", "any", False), ("ckg:Place", "should", True), ("no type", "any", False)])
def test_types_are_kept_to(types: object, strict: str, is_found: bool, world: World) -> None:
    found = old(world, q={"query": "宗申动力", "type": types, "type_strict": strict})
    assert (POWER in ids(found["q"]["result"])) == is_found


def test_places_and_codes_decide(world: World) -> None:
    here = [{"pid": PLACE, "v": "重庆市"}]
    there = [{"pid": "ckg:registeredIn", "v": {"id": "place:cn-510100"}}]
    code = [{"pid": CODE, "v": "915001130000000019"}]
    found = old(world, plain={"query": "宗申动力机械"},
                here={"query": "宗申动力机械", "properties": here},
                there={"query": "宗申动力机械", "properties": there},
                code={"query": "宗申动力", "properties": code}, alone={"properties": code})
    score = {key: one["result"][0]["score"] for key, one in found.items()}
    assert score["here"] > score["plain"] > score["there"]
    for key in ("code", "alone"):
        assert (ids(found[key]["result"])[0], score[key]) == (POWER, 100.0)
        assert found[key]["result"][0]["match"] is True


def test_what_speaks_against_a_candidate_is_looked_at(world: World) -> None:
    firm, other = registers.firms()[:2]
    found = old(world, form={"query": "重庆宗申动力机械有限公司"},
                code={"query": other.name, "properties": [{"pid": CODE, "v": firm.code}]},
                unknown={"query": "什么也不是", "properties": [{"pid": CODE, "v": firm.code}]})
    assert [ids(found[key]["result"])[0] for key in found] == [POWER, firm.iri, firm.iri]
    assert not any(one["match"] for each in found.values() for one in each["result"])
    assert other.iri in ids(found["code"]["result"])
    (best, *_) = new(world, name(other.name), having(CODE, firm.code))
    assert (best["id"], best["match"]) == (firm.iri, False)
    assert "called otherwise" in best["description"]


def test_what_is_required_is_required(world: World) -> None:
    plain = name("宗申动力")
    assert ids(new(world, plain, having(SIZE, 2021, required=True)))[:1] == [POWER]
    assert new(world, plain, having(SIZE, 1999, required=True)) == []
    assert POWER in ids(new(world, plain, having(SIZE, 1999)))
    assert ids(new(world, plain, having(SIZE, [1999, 2021], required=True))) == [POWER]
    assert new(world, plain, having(SIZE, [1999, 2021], required=True, matchQuantifier="all")) == []
    assert POWER not in ids(new(world, plain, having(SIZE, 2021, required=True,
                                                     matchQuantifier="none")))
    assert ids(new(world, having(SIZE, 2021))) == [POWER]
    assert new(world, plain, having("no iri> } ?s ?p ?o {", "x", required=True)) == []


# -- suggestions, previews, values -----------------------------------------------------------------


def test_suggestions_begin_as_is_typed(world: World) -> None:
    def suggested(kind: str, prefix: str, more: str = "") -> list[str]:
        reply = ask(world, "GET", f"/reconcile/suggest/{kind}?prefix={quote(prefix)}{more}")
        return ids(reply.json["result"])

    assert set(suggested("entity", "zongshen")) == {POWER, AERO}
    assert suggested("entity", "zongshen", "&limit=1&offset=1") == suggested(
        "entity", "zongshen")[1:2]
    assert suggested("entity", "zongshen", "&limit=1&cursor=1") == suggested(
        "entity", "zongshen")[1:2]
    assert suggested("type", expand("ckg:Enterprise")) == ["ckg:Enterprise"]
    for said in (POWER, "ent:x-power"):  # an identifier as prefix gives its thing
        assert suggested("entity", said) == [POWER]
        assert suggested("type", said) == []
    assert suggested("property", PLACE) == [PLACE]
    assert "ckg:Enterprise" in suggested("type", "enterp")
    assert PLACE in suggested("property", "registered")
    assert suggested("entity", "")  # some examples
    assert ask(world, "GET", "/reconcile/suggest/other?prefix=x").status == 404


def test_values_have_their_kind(world: World) -> None:
    found = extended(world, [POWER], [SIZE, PLACE, "nothing"], OLD)
    values = found["rows"][POWER]
    assert sorted(map(str, values[SIZE])) == sorted(map(str, [
        {"int": 2021}, {"float": 2.5}, {"date": "2021-03-04T00:00:00Z"},
        {"date": "2021-03-04T05:06:07Z"}]))
    (place,) = values[PLACE]
    assert place["id"].endswith("/place/cn-500113")
    assert values["nothing"] == []
    assert [one["id"] for one in found["meta"]] == [SIZE, PLACE, "nothing"]


@pytest.mark.parametrize(("text", "kind", "written"), [
    ("2147483647", "integer", {"int": 2**31 - 1}), ("-2147483648", "integer", {"float": -2.0**31}),
    ("10000000000", "integer", {"float": 1e10}), ("9007199254740993", "integer",
                                                  {"str": "9007199254740993"}),
    ("true", "boolean", {"bool": True}), ("0", "boolean", {"bool": False}),
    ("yes", "boolean", {"str": "yes"})])
def test_no_client_changes_a_number(text: str, kind: str, written: object, world: World) -> None:
    # OpenRefine reads an int into 32 bits, and what does not fit into another number.
    words = answering.Words((), world.graph.source, "en")
    value = ox.Literal(text, datatype=ox.NamedNode(expand(f"xsd:{kind}")))
    assert answering.values([value], words) == [written]


def test_a_preview_is_a_page_for_frames_and_never_markup(world: World) -> None:
    reply = ask(world, "GET", f"/reconcile/preview?id={quote(registers.ENT + 'x-hostile')}")
    assert (reply.status, reply.media_type) == (200, "text/html")
    assert "<script" not in reply.text
    assert "&lt;script&gt;" in reply.text
    assert "frame-ancestors *" in reply.headers["content-security-policy"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_a_view_leads_to_the_page(world: World) -> None:
    reply = ask(world, "GET", "/reconcile/view?id=ent:x-power")
    assert (reply.status, reply.headers["location"].endswith("/page/ent/x-power")) == (303, True)


@pytest.mark.parametrize("identifier", [
    "", "ent:x-none", "javascript:alert(1)", "https://evil.example/", "https://a b/"])
def test_what_is_not_named_has_neither_view_nor_preview(identifier: str, world: World) -> None:
    for path in ("view", "preview"):
        assert ask(world, "GET", f"/reconcile/{path}?id={quote(identifier)}").status == 404


# -- bounds ----------------------------------------------------------------------------------------


def batch(size: int) -> str:
    return urlencode({"queries": json.dumps({f"q{n}": {"query": "x"} for n in range(size)})})


def test_a_batch_has_a_size(world: World) -> None:
    assert ask(world, "POST", "/reconcile", batch(50), content_type=FORM).status == 200
    assert ask(world, "POST", "/reconcile", batch(51), content_type=FORM).status == 413
    queries = {"queries": [{"conditions": [name("x")]}] * 51}
    assert ask(world, "POST", "/reconcile/match", json.dumps(queries),
               content_type=JSON).status == 413
    some = {"ids": [f"ent:x-{n}" for n in range(501)], "properties": []}
    assert ask(world, "POST", "/reconcile/extend", json.dumps(some),
               content_type=JSON).status == 413


@pytest.mark.parametrize("queries", [
    "", "{", "[]", "null", "1", '{"q": []}', '{"q": {}}', '{"q": {"query": 1}}',
    '{"q": {"query": "x", "limit": 0}}', '{"q": {"query": "x", "limit": true}}',
    '{"q": {"query": "x", "limit": NaN}}', '{"q": {"query": "x", "type": {}}}',
    '{"q": {"query": "x", "type_strict": "no"}}', '{"q": {"query": "x", "properties": {}}}',
    '{"q": {"query": "x", "properties": [{"pid": "p"}]}}', "[" * 100_000,
    json.dumps({"q": {"query": "x" * 1001}}),
    json.dumps({"q": {"query": "x", "properties": [{"pid": "p", "v": "y"}] * 21}})])
def test_what_cannot_be_read_is_told(queries: str, world: World) -> None:
    reply = ask(world, "POST", "/reconcile", urlencode({"queries": queries}), content_type=FORM)
    assert (reply.status, reply.media_type) == (400, "application/problem+json")


@pytest.mark.parametrize(("path", "text"), [
    ("match", "{"), ("match", "[]"), ("match", "{}"), ("match", '{"queries": {}}'),
    ("match", '{"queries": [1]}'), ("match", '{"queries": [{"conditions": [1]}]}'),
    ("match", '{"queries": [{"conditions": [{"matchType": "id"}]}]}'),
    ("match", '{"queries": [{"conditions": [{"matchType": []}]}]}'),
    ("match", '{"queries": [{"conditions": [{"matchType": {"a": NaN}}]}]}'),
    ("extend", '{"ids": "x", "properties": []}'), ("extend", '{"ids": [1], "properties": []}'),
    ("extend", '{"ids": [], "properties": ["p"]}'), ("extend", "{")])
def test_what_cannot_be_read_is_told_to_the_new_version(path: str, text: str,
                                                        world: World) -> None:
    reply = ask(world, "POST", f"/reconcile/{path}", text, content_type=JSON)
    assert (reply.status, reply.media_type) == (400, "application/problem+json")


@pytest.mark.parametrize("text", [
    "\0", "'\"\\", "} UNION { ?s ?p ?o", "<http://x> . }", "%_*", '" OR "', "AND NOT NEAR(",
    "*" * 900, "龘" * 900, "a " * 400, "\u202e", "😀", "{{id}}", "$values", "\ud800"])
def test_no_text_breaks_anything(text: str, world: World) -> None:
    found = old(world, q={"query": text}, p={"query": "宗申动力", "properties": [
        {"pid": text, "v": text}, {"pid": PLACE, "v": text}, {"pid": CODE, "v": text}]})
    assert {"q", "p"} == set(found)
    assert ask(world, "GET", f"/reconcile/suggest/entity?prefix="
                             f"{quote(text, errors='replace')}").status == 200


def test_another_media_type_is_refused(world: World) -> None:
    assert ask(world, "POST", "/reconcile", "{}", content_type="text/plain").status == 415
    assert ask(world, "POST", "/reconcile/match", "{}", content_type=FORM).status == 415


def test_every_answer_may_be_read_from_elsewhere(world: World) -> None:
    replies: list[Reply] = [
        ask(world, "GET", path, origin="https://refine.example") for path in (
            "/reconcile", "/reconcile/1.0-draft", "/reconcile/suggest/type?prefix=e",
            "/reconcile/preview?id=ent:x-power", "/reconcile/view?id=ent:x-power",
            "/reconcile/extend/propose", "/reconcile/preview?id=none", "/reconcile/match")]
    replies += [ask(world, "POST", "/reconcile", batch(51), content_type=FORM),
                ask(world, "OPTIONS", "/reconcile/match"), ask(world, "OPTIONS", "/reconcile")]
    assert {reply.headers["access-control-allow-origin"] for reply in replies} == {"*"}
    assert "POST" in replies[-1].headers["access-control-allow-methods"]


def test_over_an_endpoint_there_is_nothing_to_match_with() -> None:
    elsewhere = World.opened(Settings(endpoint="http://127.0.0.1:9/sparql"))
    reply = ask(elsewhere, "GET", "/reconcile")
    assert (reply.status, reply.json["type"].rsplit("/", 1)[1]) == (404, "not-embedded")


def test_what_was_read_goes_with_its_source() -> None:
    elsewhere = opened(registers.folder())
    kept = finding.ground(elsewhere.graph.source)
    assert kept.places is finding.ground(elsewhere.graph.source).places  # read once
    assert ask(elsewhere, "POST", "/reconcile", batch(1), content_type=FORM).status == 200
    of = weakref.ref(elsewhere.graph.source)
    del elsewhere, kept
    gc.collect()
    assert of() is None


def test_many_conditions_cost_little(world: World) -> None:
    def sent(queries: int, conditions: int, values: int, value: str) -> Reply:
        asked_ = {f"q{n}": {"conditions": [name("宗申动力"), *[
            having(PLACE, [value] * values, matchQuantifier="all", required=True)] * conditions],
            "limit": 100} for n in range(queries)}
        return ask(world, "POST", "/reconcile/match", json.dumps(
            {"queries": list(asked_.values())}), content_type=JSON)

    assert sent(50, 19, 50, "重庆市").status == 413
    began = time.process_time()
    for value in ("重庆市", "500000", "重庆市" * 300):
        reply = sent(50, 19, 2, value)
        assert reply.status == 200
        assert any(one["candidates"] for one in reply.json["results"])
    assert time.process_time() - began < 20  # measured: 0.6


class Refine:
    """OpenRefine 3.10 as its source has it: both its pages and its server ask."""

    def __init__(self, server: Server):
        self.server = server
        self.service = self.fetched("/reconcile")  # recon-manager.js

    def fetched(self, address: str, **given: str) -> Any:
        """Ask by jQuery: no address is written otherwise than it comes, and none has a fragment."""
        target = address.removeprefix(self.server.url).partition("#")[0]
        reply = self.server.get(target + (f"?{urlencode(given)}" if given else ""), **PAGE)
        assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "*")
        return reply.json

    def posted(self, what: str, value: object) -> Any:
        """Ask as HttpClient.postNameValue does."""
        reply = self.server.ask("POST", "/reconcile", urlencode({what: json.dumps(value)}),
                                content_type=f"{FORM}; charset=UTF-8",
                                user_agent="OpenRefine 3.10", accept_encoding="gzip, x-gzip")
        assert reply.status == 200, reply.body
        return reply.json

    def suggested(self, kind: str, prefix: str) -> Any:
        """Ask as suggest-4_3a.js does while somebody types."""
        said = self.service["suggest"][kind]
        return self.fetched(said["service_url"] + said["service_path"], prefix=prefix,
                            spell="always", exact="false", scoring="schema", lang="en")["result"]

    def seen(self, what: str, of: str) -> Sent:
        """Open a view or a preview, with what encodeURI leaves of an address."""
        address = self.service[what]["url"].replace("{{id}}", of)
        return self.server.get(quote(address.removeprefix(self.server.url), safe=";,/?:@&=+$#"))


def test_a_session_of_openrefine(tmp_path: Path) -> None:
    with running(registers.folder(), tmp_path, "--processes", "1") as server:
        refine = Refine(server)
        # GuessTypesOfColumnCommand: of a cell of spaces nothing is left.
        cells = ["重庆宗申动力机械股份有限公司", "锦带机械厂", ""]
        guessed = refine.posted("queries", {f"q{number}": {"query": cell, "limit": 3}
                                            for number, cell in enumerate(cells)})
        kinds = ids(guessed["q0"]["result"][0]["type"])
        assert (ids(guessed["q0"]["result"])[:1], guessed["q2"]) == ([POWER], {"result": []})
        assert set(kinds) >= {"ckg:Enterprise", *ids(refine.service["defaultTypes"])}
        assert "ckg:Enterprise" in ids(refine.suggested("type", "enterp"))
        assert PLACE in ids(refine.suggested("property", "registered"))
        # StandardReconConfig: columns are properties; numbers of a spreadsheet have a fraction.
        found = refine.posted("queries", {
            f"q{number}": {"query": cell, "type": "ckg:Enterprise", "type_strict": "should",
                           "limit": 5, "properties": [{"pid": PLACE, "v": place},
                                                      {"pid": SIZE, "v": 2021.0}]}
            for number, (cell, place) in enumerate((
                (cells[0], "重庆市"), (cells[1], {"id": "place:cn-500105", "name": "江北区"}),
                (" ", "x")))})
        assert [ids(found[f"q{number}"]["result"])[:1] for number in range(3)] == [
            [POWER], [f"{registers.ENT}x-north"], []]
        best = found["q0"]["result"][0]
        assert (best["match"], best["features"][-1]["value"]) == (True, True)
        # recon-renderer.js and menu-reconcile.js, which joins what is notable by commas.
        (one,) = (one for one in refine.suggested("entity", "宗申航") if one["id"] == AERO)
        assert "ckg:Enterprise" in one["notable"]
        assert refine.seen("view", POWER).status == 303
        shown = refine.seen("preview", POWER)
        assert (shown.status, "x-frame-options" in shown.headers) == (200, False)
        # add-column-by-reconciliation.js, then ReconciledDataExtensionJob.
        proposed = refine.service["extend"]["propose_properties"]
        properties = refine.fetched(f"{proposed['service_url']}{proposed['service_path']}"
                                    f"?type={kinds[kinds.index('ckg:Enterprise')]}")["properties"]
        assert set(ids(properties)) >= {PLACE, CODE, SIZE}
        rows = refine.posted("extend", {"ids": [POWER, AERO], "properties": properties})
        assert ids(rows["meta"]) == ids(properties)
        assert rows["rows"][POWER][CODE] == [{"str": "915001130000000019"}]


def test_a_session_of_a_page_that_speaks_the_new_version(tmp_path: Path, specs: Suite) -> None:
    with running(registers.folder(), tmp_path, "--processes", "1") as server:
        root = "/reconcile/1.0-draft"

        def posted(path: str, value: object) -> Any:
            before = server.ask("OPTIONS", root + path, **PAGE,
                                access_control_request_method="POST",
                                access_control_request_headers="content-type")
            assert "content-type" in before.headers["access-control-allow-headers"].lower()
            assert "POST" in before.headers["access-control-allow-methods"]
            reply = server.ask("POST", root + path, json.dumps(value), **PAGE, content_type=JSON)
            assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "*")
            return reply.json

        service = server.get(root, **PAGE).json
        checked(specs, NEW, "manifest")(service)
        kind, = ids(server.get(f"{root}/suggest/type?prefix=enterprise", **PAGE).json["result"])[:1]
        matched = posted("/match", {"queries": [
            {"type": kind, "conditions": [name("重庆宗申动力机械股份有限公司"),
                                          having(PLACE, "重庆市")]}, {"conditions": [name(" ")]}]})
        checked(specs, NEW, "reconciliation-result-batch")(matched)
        assert [ids(one["candidates"])[:1] for one in matched["results"]] == [[POWER], []]
        assert server.get(f"{root}/preview?id={quote(POWER, safe='')}").status == 200
        seen = service["view"]["url"].replace("{id}", quote(POWER, safe=""))
        assert server.get(seen.removeprefix(server.url)).status == 303
        proposed = server.get(f"{root}/extend/propose?type={quote(kind)}", **PAGE).json
        rows = posted("/extend", {"ids": [POWER], "properties": proposed["properties"]})["rows"]
        said = {one["id"]: one["values"] for one in rows[0]["properties"]}
        assert said[CODE] == [{"str": "915001130000000019"}]


def test_columns_and_cells_that_were_matched_before_count(world: World) -> None:
    # Columns as properties, one of them reconciled before; types given or not; GET as well.
    queries = {"q0": {"query": "宗申动力", "limit": 3, "type_strict": "should",
                      "properties": [{"pid": PLACE, "v": {"id": "place:cn-500113", "name": "x"}},
                                     {"pid": SIZE, "v": 2021}]},
               "q1": {"query": "宗申动力", "type": "ckg:Enterprise"}, "q2": {"query": "宗申动力"}}
    text = urlencode({"queries": json.dumps(queries)})
    replies = [ask(world, "POST", "/reconcile", text, content_type=form) for form in (
        FORM, f"{FORM}; charset=UTF-8")] + [ask(world, "GET", f"/reconcile?{text}")]
    assert len({reply.text for reply in replies}) == 1
    for one in replies[0].json.values():
        assert ids(one["result"])[0] == POWER
    assert len(replies[0].json["q0"]["result"]) <= 3
    assert replies[0].json["q0"]["result"][0]["score"] > replies[0].json["q1"]["result"][0]["score"]


def test_no_answer_is_a_script(world: World) -> None:
    reply = ask(world, "GET", "/reconcile?callback=alert&queries=" + quote('{"q": {"query": "x"}}'))
    assert (reply.status, reply.media_type, "alert" in reply.text) == (200, JSON, False)
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_extend_is_asked_by_get_too(world: World) -> None:
    said = {"ids": [POWER], "properties": [{"id": SIZE}]}
    reply = ask(world, "GET", "/reconcile?" + urlencode({"extend": json.dumps(said)}))
    assert reply.json == extended(world, [POWER], [SIZE], OLD)


@pytest.mark.parametrize("number", [501, 10_000, 10_001])
def test_one_limit_has_one_status(number: int, world: World) -> None:
    of = [f"ent:x-{n}" for n in range(number)]
    for path, said in (("extend", {"ids": of, "properties": []}),
                       ("extend", {"ids": [], "properties": [{"id": one} for one in of]}),
                       ("match", {"queries": [{}] * number})):
        reply = ask(world, "POST", f"/reconcile/{path}", json.dumps(said), content_type=JSON)
        assert (reply.status, f"{number} " in reply.json["detail"]) == (413, True)


@pytest.mark.parametrize(("path", "form", "text"), [
    ("", FORM, urlencode({"queries": '{"q": {"query": "x"}, "q": {"query": "宗申动力"}}'})),
    ("", FORM, urlencode({"queries": '{"q": {"query": "x", "query": "y"}}'})),
    ("", FORM, urlencode([("queries", '{"q": {"query": "x"}}')] * 2)),
    ("", FORM, urlencode({"extend": '{"ids": [], "ids": ["x"], "properties": []}'})),
    ("/match", JSON, '{"queries": [{"conditions": [{"matchType": "id", "matchType": "name"}]}]}'),
    ("/extend", JSON, '{"ids": [], "properties": [], "ids": ["x"]}')])
def test_what_is_said_twice_is_refused(path: str, form: str, text: str, world: World) -> None:
    reply = ask(world, "POST", f"/reconcile{path}", text, content_type=form)
    assert (reply.status, "two members" in reply.text or "twice" in reply.text) == (400, True)


def test_ten_thousand_queries_are_too_many(world: World) -> None:
    reply = ask(world, "POST", "/reconcile", batch(10_000), content_type=FORM)
    assert (reply.status, reply.media_type) == (413, "application/problem+json")
    assert ask(world, "GET", "/reconcile").json["batchSize"] == 50
