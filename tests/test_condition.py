"""Tags and what depends on them (RFC 9110, section 13)."""

import pytest

from clusterkg.web import condition
from clusterkg.web.message import Request, Response
from clusterkg.web.problem import Problem

TAG, OTHER = '"v-1"', '"v-2"'


def request(method: str = "PUT", **headers: str) -> Request:
    return Request(method, "/x", "/x", headers={
        name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(("name", "said", "exists", "is_allowed"), [
    ("if_match", TAG, True, True), ("if_match", f'"x", {TAG}', True, True),
    ("if_match", OTHER, True, True), ("if_match", f"W/{TAG}", True, False),
    ("if_match", f'W/"x" , {TAG}', True, True), ("if_match", '"x"', True, False),
    ("if_match", "v-1", True, False), ("if_match", "", True, False),
    ("if_match", "*", True, True), ("if_match", " * ", False, False),
    ("if_none_match", "*", True, False), ("if_none_match", "*", False, True),
    ("if_none_match", TAG, True, False), ("if_none_match", f"W/{OTHER}", True, False),
    ("if_none_match", '"x"', True, True), ("if_none_match", "", True, True)])
def test_a_change_is_made_only_on_its_condition(
        name: str, said: str, exists: bool, is_allowed: bool) -> None:
    asked = request(**{name: said})
    if is_allowed:
        condition.check(asked, (TAG, OTHER), exists=exists)
        return
    with pytest.raises(Problem) as raised:
        condition.check(asked, (TAG, OTHER), exists=exists)
    assert (raised.value.status, raised.value.name) == (412, "precondition")


def test_where_nothing_is_said_nothing_is_asked() -> None:
    for exists in (False, True):
        condition.check(request(), (), exists=exists)


def test_addresses_that_differ_have_tags_that_differ() -> None:
    pairs = [[("a", "1\nb=2")], [("a", "1"), ("b", "2")], [("a", "1"), ("b", "2"), ("c", "")],
             [("a=1", ""), ("b", "2")], [("a", "1b"), ("", "2")], []]
    assert len({condition.tag("v", "/x", query, "turtle") for query in pairs}) == len(pairs)
    assert condition.tag("v", "/x\ny", (), "z") != condition.tag("v", "/x", (), "y\nz")
    assert condition.tag("v", "/\udcff", (), "z").startswith('W/"v-')
    assert condition.strong("", "x") == ""


@pytest.mark.parametrize(("said", "status", "count"), [
    ("", 200, 1), (TAG, 304, 0), (f"W/{TAG}", 304, 0), ('"x"', 200, 1), ("*", 304, 1)])
def test_what_the_client_has_is_not_made_again(said: str, status: int, count: int) -> None:
    made: list[int] = []

    def make() -> Response:
        made.append(1)
        return Response(200, (("Content-Type", "a/b"), ("Vary", "Accept")), b"x")

    answer = condition.answer(request("GET", if_none_match=said), TAG, (("Vary", "Accept"),), make)
    assert (answer.status, len(made)) == (status, count)
    assert (answer.header("ETag"), answer.header("Vary")) == (TAG, "Accept")
    assert answer.body == (b"x" if status == 200 else b"")
    assert condition.answer(request("GET", if_none_match=said), "", (), make).status == 200
