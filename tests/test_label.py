"""What a person types finds the one resource that is meant, or says which there are."""

from time import process_time

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from clusterkg.errors import UsageError
from clusterkg.label import Scope, resolve
from clusterkg.namespaces import expand
from clusterkg.store import Store
from worlds import memory

WORLD = memory()
CLUSTERS = Scope((expand("ckg:Cluster"),))
FIELDS = Scope(of_scheme="https://w3id.org/clusterkg/voc/field")

FOUND = [
    ("https://w3id.org/clusterkg/id/cluster/north", CLUSTERS, "cluster:north"),
    ("<https://w3id.org/clusterkg/id/cluster/north>", CLUSTERS, "cluster:north"),
    ("cluster:north", CLUSTERS, "cluster:north"),
    ("North engine cluster", CLUSTERS, "cluster:north"),
    ("  nOrTh   ENGINE cluster ", CLUSTERS, "cluster:north"),
    ("Ｎｏｒｔｈ engine cluster", CLUSTERS, "cluster:north"),  # full width
    ("北区发动机产业集群", CLUSTERS, "cluster:north"),
    ("Klaster pompa selatan", CLUSTERS, "cluster:south"),
    ("north", CLUSTERS, "cluster:north"),
    ("engine", CLUSTERS, "cluster:north"),  # a whole word
    ("发动机", CLUSTERS, "cluster:north"),  # part of an unspaced label
    ("South pump", CLUSTERS, "cluster:south"),
    ("new materials", FIELDS, "field:materials"),
    ("materials", FIELDS, "field:materials"),
    ("新材料", Scope(), "field:materials"),
    ("ent:silent", Scope(), "ent:silent"),  # no label at all
    ("ckg:locatedIn", Scope(), "ckg:locatedIn"),  # only ever a predicate
    ('Alpha "A" {Ltd}', Scope(), "ent:a"),
]


@pytest.mark.parametrize(("text", "scope", "curie"), FOUND)
def test_one_resource_is_found(text: str, scope: Scope, curie: str) -> None:
    assert resolve(text, WORLD, scope) == NamedNode(expand(curie))


CLUSTERS_FIRST = Scope((expand("ckg:Cluster"), expand("ckg:Place")))
ANYTHING_LAST = Scope((expand("ckg:Place"), expand("rdfs:Resource")))
ORDERED = [
    ("north", CLUSTERS_FIRST, "cluster:north"),  # fits place:north as well
    ("north", Scope(CLUSTERS_FIRST.of_classes[::-1]), "place:north"),
    ("North District", CLUSTERS_FIRST, "place:north"),  # fits exactly, so no cluster is meant
    ("place:north", CLUSTERS_FIRST, "place:north"),
    ("north", ANYTHING_LAST, "place:north"),
    ("new materials", ANYTHING_LAST, "field:materials"),
    ("ent:silent", ANYTHING_LAST, "ent:silent"),
]


@pytest.mark.parametrize(("text", "scope", "curie"), ORDERED)
def test_of_several_classes_the_first_that_fits_wins(text: str, scope: Scope, curie: str) -> None:
    assert resolve(text, WORLD, scope) == NamedNode(expand(curie))


REFUSED = [
    ("south", CLUSTERS, "may mean cluster:south (South pump cluster), cluster:south-valve"),
    ("nort engin cluster", CLUSTERS, "nearest: cluster:north (North engine cluster)"),
    ("cluster:noth", CLUSTERS, "no cluster:noth in ckg:Cluster; nearest"),
    ("https://example.org/x", Scope(), "no <https://example.org/x> in the graph"),
    ("place:north", CLUSTERS, "place:north is not in ckg:Cluster"),
    ("North District", CLUSTERS, "no 'North District' in ckg:Cluster; nearest"),
    ("zzzz", CLUSTERS, "nothing is similar"),
    ("ent:a", CLUSTERS_FIRST, "ent:a is not in ckg:Cluster or ckg:Place"),
    ("south", CLUSTERS_FIRST, "may mean cluster:south (South pump cluster), cluster:south-valve"),
    (" ", CLUSTERS, "an empty name"),
    ("new", FIELDS, "may mean field:energy (new energy), field:materials (new materials)"),
    ("http://[", Scope(), "is no IRI"),
]


@pytest.mark.parametrize(("text", "scope", "said"), REFUSED)
def test_anything_else_is_refused_with_what_there_is(text: str, scope: Scope, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(text, WORLD, scope)
    assert said in str(caught.value)


def test_a_candidate_never_commands_a_terminal() -> None:
    with pytest.raises(UsageError) as caught:
        resolve("=1+1 [rod]", WORLD)
    assert "ent:b (=1+1 [red]␛[31m)" in str(caught.value)


def test_many_candidates_are_counted() -> None:
    held = ox.Store()
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for number in range(12):
        held.add(Quad(NamedNode(f"http://example.org/{number:02}"), label, Literal(f"a {number}")))
    with pytest.raises(UsageError, match="and 7 more; name one of them"):
        resolve("a", Store(held))


def test_ten_thousand_labels_are_looked_up_in_time() -> None:
    held = ox.Store()
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    held.extend(Quad(NamedNode(f"http://example.org/{n}"), label, Literal(f"place {n}"))
                for n in range(10_000))
    source = Store(held)
    begun = process_time()
    assert resolve("PLACE 7777", source) == NamedNode("http://example.org/7777")
    assert process_time() - begun < 1  # it takes 0.1 s
    begun = process_time()
    resolve("place 123", source)
    assert process_time() - begun < 0.1  # the labels are kept
