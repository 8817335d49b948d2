"""The description of the questions: what their headers say, what the server does, and no more."""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

import servers
from clusterkg import demand, label, openapi, parameter, query
from clusterkg.world import World
from web import BASE, Reply, ask, opened

QUESTIONS = {one.name: one for one in query.every(query.folder())}
METHODS = ("get", "post")
EXAMPLES = int(os.environ.get("CLUSTERKG_EXAMPLES", "2"))


@pytest.fixture(scope="module")
def world(built: Path) -> World:
    return opened(built)


@cache
def document() -> dict[str, Any]:
    return openapi.document(QUESTIONS.values(), BASE, "7")


def resolved(said: Any) -> Any:
    """Put what a reference points at in its place; a reference to nothing is an error."""
    while isinstance(said, dict) and "$ref" in said:
        place: Any = document()
        for part in said["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        said = place
    return said


def walk(said: Any) -> Iterator[dict[str, Any]]:
    if isinstance(said, dict):
        yield said
    for each in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        yield from walk(each)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        yield from ((path, method, methods[method]) for method in METHODS if method in methods)


def checked(schema: dict[str, Any], value: object) -> None:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema,
             "components": document()["components"]}
    jsonschema_rs.validator_for(whole).validate(value)


# -- what it says ----------------------------------------------------------------------------------

def test_there_is_a_path_for_every_question_and_each_has_a_name_of_its_own() -> None:
    assert {path for path in document()["paths"] if path.endswith("/run")} == \
        {f"/queries/{name}/run" for name in QUESTIONS}
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names)) == 2 * len(QUESTIONS) + 2
    assert set(QUESTIONS) <= set(names)


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    found = [each for each in walk(document()) if "$ref" in each]
    assert len(found) > len(QUESTIONS)
    for each in found:
        assert resolved(each) is not None
    for each in walk(document()):
        if isinstance(each.get("schema"), dict):
            jsonschema_rs.validator_for({**each["schema"],
                                         "components": document()["components"]})
    assert (document()["openapi"], document()["info"]["version"]) == ("3.1.0", "7")


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_operation_says_what_the_header_says(name: str) -> None:
    one, methods = QUESTIONS[name], document()["paths"][f"/queries/{name}/run"]
    assert methods["get"]["x-sparql"] == one.text
    assert methods["get"]["summary"] == one.summary
    listed = {each["name"]: each for each in map(resolved, methods["get"]["parameters"])}
    assert listed.keys() == {p.name for p in one.parameters} | set(demand.OWN)
    for each in one.parameters:
        said = listed[each.name]
        assert said["required"] is (not each.optional and each.default is None)
        assert said["schema"].get("default") == each.default
        assert said.get("example") == one.header.example.get(each.name)
    (members,) = {json.dumps(kind["schema"], sort_keys=True)
                  for kind in methods["post"]["requestBody"]["content"].values()}
    assert json.loads(members)["properties"].keys() == listed.keys() - {"timeout"}
    for method in METHODS:
        assert {"200", "422", "503"} <= methods[method]["responses"].keys()
    answers = resolved(methods["get"]["responses"]["200"])["content"]
    assert answers.keys() == {each.essence for each in demand.FORMATS}


KINDS = {"_iri": ("string", ["x"], [""]), "_limit_integer": ("integer", [5], ["5", 1.5]),
         "_share_number": ("number", [1.5, 2], ["2"]), "_word": ("string", ["", "x"], [1, "\0"]),
         "_day_xsd_date": ("string", ["2021-06-04"], [1]),
         "_on_xsd_boolean": ("boolean", [True], ["true"]),
         "_year_xsd_gYear": ("string", ["2021"], ["21", 2021]),
         "_to_xsd_anyURI": ("string", ["urn:x"], ["a b"])}


@pytest.mark.parametrize(("name", "said"), KINDS.items(), ids=KINDS)
def test_a_kind_of_parameter_has_its_schema(name: str, said: tuple[str, list[Any], list[Any]]
                                            ) -> None:
    variable = "?__thing_iri" if name == "_iri" else f"?_{name}"
    schema = openapi.schema(parameter.parse(variable))
    kind, fit, unfit = said
    assert schema["type"] == kind
    for value in fit:
        jsonschema_rs.validator_for(schema).validate(value)
    for value in unfit:
        assert not jsonschema_rs.validator_for(schema).is_valid(value)


def test_the_server_serves_it(world: World) -> None:
    reply = ask(world, "GET", "/openapi.json")
    assert (reply.status, reply.media_type) == (200, "application/json")
    served = openapi.document(QUESTIONS.values(), BASE, world.version)
    assert reply.json == json.loads(json.dumps(served))


# -- what it promises ------------------------------------------------------------------------------

def kept(operation: dict[str, Any], reply: Reply) -> None:
    """Hold an answer against what is said of it."""
    said = resolved(operation["responses"][str(reply.status)])["content"][reply.media_type]
    if reply.media_type.endswith("json"):
        checked(said["schema"], reply.json)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_example_runs_and_gives_what_is_promised(world: World, name: str) -> None:
    methods = document()["paths"][f"/queries/{name}/run"]
    given_ = {each["name"]: each["example"]
              for each in map(resolved, methods["get"]["parameters"]) if "example" in each}
    asked = ask(world, "GET", f"/queries/{name}/run?{urlencode(given_)}")
    assert asked.status == 200, asked.text
    kept(methods["get"], asked)
    for kind, content in methods["post"]["requestBody"]["content"].items():
        example = content["example"]
        checked(content["schema"], example)
        body = json.dumps(example) if kind.endswith("json") else urlencode(example)
        posted = ask(world, "POST", f"/queries/{name}/run", body, content_type=kind)
        assert posted.json["rows"] == asked.json["rows"]
        kept(methods["post"], posted)


def test_an_example_is_given_wherever_a_header_has_one() -> None:
    assert sum("example" in each for each in walk(document())) >= 2 * len(QUESTIONS)


def test_lists_and_refusals_are_as_promised(world: World) -> None:
    paths = document()["paths"]
    kept(paths["/queries"]["get"], ask(world, "GET", "/queries"))
    for name in QUESTIONS:
        reply = ask(world, "GET", f"/queries/{name}")
        assert reply.status == 200
        kept(paths["/queries/{name}"]["get"], reply)
    run = paths["/queries/chain_gaps/run"]["get"]
    for address, status in [("?cluster=Bnaan", 422), ("?page=0", 422), ("?x=1", 422),
                            ("?timeout=x", 400), ("?cluster=a&cluster=b", 422)]:
        reply = ask(world, "GET", f"/queries/chain_gaps/run{address}")
        assert reply.status == status
        kept(run, reply)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_what_is_in_the_graph_is_accepted(world: World, data: st.DataObject) -> None:
    """Stand in for what a schema can't say: any IRI or whole label of its scope fits."""
    one = data.draw(st.sampled_from([q for q in QUESTIONS.values() if q.parameters]))
    values = {}
    for each in one.parameters:
        if each.kind == "iri":
            there = _there(world, each)
            values[each.name] = data.draw(st.sampled_from(there))
    reply = ask(world, "GET", f"/queries/{one.name}/run?{urlencode(values)}")
    assert reply.status == 200, reply.text


def _there(world: World, one: parameter.Parameter) -> list[str]:
    found = label.members(world.graph.source, query.scope(one), 1000) or \
        label.candidates("", world.graph.source, query.scope(one))
    assert found, one
    return [iri for iri, _ in found]


# -- a real server, asked by schemathesis ----------------------------------------------------------

# Which words are labels is in the graph, not in the schema: an unknown one is rightly 422.
# `test_what_is_in_the_graph_is_accepted` stands in for that check.
EXCLUDED: list[Any] = [positive_data_acceptance]
FEW = ["chain_gaps", "figure_of", "register_lookup", "timeline"]


@pytest.fixture(scope="module")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    with servers.running(built, tmp_path_factory.mktemp("openapi")) as running:
        yield running


@pytest.fixture(scope="module")
def api(server: servers.Server) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


def fuzzed(operation: Any, mode: schemathesis.GenerationMode, examples: int) -> int:
    """Ask as the schema says or does not say; give how many requests were sent."""
    sent = 0

    @seed(1)
    @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: schemathesis.Case[Any]) -> None:
        nonlocal sent
        if (case.query or {}).get("timeout") not in (None, "null"):
            case.query["timeout"] = 20  # what is stopped early is rightly 503
        case.call_and_validate(excluded_checks=EXCLUDED)
        sent += 1

    one()
    return sent


def chosen(api: schemathesis.BaseSchema, *, few: bool) -> Iterator[Any]:
    for each in api.get_all_operations():
        assert isinstance(each, Ok)
        operation = each.ok()
        is_one = any(f"/{name}/" in operation.path for name in FEW) or "run" not in operation.path
        if is_one is few and (few or operation.method == "get"):
            yield operation


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_schemathesis_finds_nothing(api: schemathesis.BaseSchema, server: servers.Server,
                                    mode: schemathesis.GenerationMode) -> None:
    """Ask a few operations much, of the others, whose code is the same, GET a little."""
    sent = sum(fuzzed(each, mode, 5 * EXAMPLES) for each in chosen(api, few=True))
    sent += sum(fuzzed(each, mode, EXAMPLES) for each in chosen(api, few=False))
    assert sent > len(QUESTIONS)
    assert server.get("/health/live").status == 200
    assert "Traceback" not in server.log()


def test_schemathesis_finds_what_is_not_promised(server: servers.Server) -> None:
    said = server.get("/openapi.json").json
    said["paths"] = {path: methods for path, methods in said["paths"].items()
                     if path == "/queries/timeline/run"}
    del said["paths"]["/queries/timeline/run"]["get"]["responses"]["422"]
    api = schemathesis.openapi.from_dict(said)
    api.config.update(base_url=server.url)
    with pytest.raises(BaseExceptionGroup, match="1 distinct failure"):
        fuzzed(api["/queries/timeline/run"]["GET"], schemathesis.GenerationMode.NEGATIVE, 20)
