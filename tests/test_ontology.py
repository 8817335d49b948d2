"""The ontology under a real OWL reasoner: profiles, consistency, and what follows from the data."""

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import owlready2
import pyoxigraph as ox
import pytest

from clusterkg import ntriples
from clusterkg.files import knowledge, rdf_files
from clusterkg.namespaces import expand, prefixes
from conftest import Requires
from near import near

HERE = Path(__file__).parent / "owl"
ONTOLOGY = knowledge("ontology")
CATALOG = ONTOLOGY / "catalog-v001.xml"
NS = prefixes()["ckg"].removesuffix("#")
TYPE = ox.NamedNode(expand("rdf:type"))
IMPORTS = ox.NamedNode(expand("owl:imports"))
HEADER = f"<urn:x:test> a <{expand('owl:Ontology')}> ; <{expand('owl:imports')}> <{NS}> .\n"
NOT_ACCEPTED = """
    SELECT DISTINCT ?record WHERE {
      { ?record ckg:reviewStatus ?status FILTER(?status != status:accepted) }
      UNION { ?record a/rdfs:subClassOf* ckg:Record
              FILTER NOT EXISTS { ?record ckg:reviewStatus ?any } } }"""
ADOPTED = """
    CONSTRUCT { ?subject ?predicate ?object } WHERE {
      ?claim ckg:reviewStatus status:accepted ; ckg:claimSubject ?subject ;
             ckg:claimPredicate ?predicate ; ckg:claimObject|ckg:listedItem ?object }"""


@dataclass
class Verdict:
    """What OwlCheck said about one document."""

    profiles: dict[str, str] = field(default_factory=dict)
    violations: list[tuple[str, str]] = field(default_factory=list)
    unsatisfiable: list[str] = field(default_factory=list)
    entailed: dict[tuple[str, ...], bool] = field(default_factory=dict)
    consistent: bool | None = None

    def outside(self, *names: str) -> list[tuple[str, str]]:
        """Give the violations of these profiles: what a failed test should print."""
        assert all(self.profiles[name] == "in" or any(v[0] == name for v in self.violations)
                   for name in names)
        return [violation for violation in self.violations if violation[0] in names]


Check = Callable[..., Verdict]


def catalog() -> dict[str, str]:
    tree = ElementTree.parse(CATALOG)
    return {entry.attrib["name"]: entry.attrib["uri"] for entry in tree.getroot()}


def imported(triples: Iterable[ox.Triple]) -> set[str]:
    return {triple.object.value for triple in triples
            if triple.predicate == IMPORTS and isinstance(triple.object, ox.NamedNode)}


# It is asked a dozen times: what compiles much costs more than it saves.
JAVA = ["-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


@pytest.fixture(scope="session")
def check(requires: Requires, classpath: str,
          tmp_path_factory: pytest.TempPathFactory) -> Iterator[Check]:
    """Give one reasoner for all documents, each of which it reads into a world of its own."""
    folder = tmp_path_factory.mktemp("owl")
    subprocess.run([requires.java(), "-m", "jdk.compiler/com.sun.tools.javac.Main", "-cp",
                    classpath, "-d", str(folder), str(HERE / "OwlCheck.java")], check=True)
    asked, errors = folder / "triples.tsv", folder / "errors"
    with errors.open("wb") as told, subprocess.Popen(
            [requires.java(), *JAVA, "-cp", f"{folder}{os.pathsep}{classpath}", "OwlCheck"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, text=True,
            encoding="utf-8") as reasoner:
        assert reasoner.stdin
        assert reasoner.stdout
        asking, answers = reasoner.stdin, reasoner.stdout

        def run(document: Path, triples: Iterable[tuple[str, ...]] | None = (),
                imports: dict[str, Path] | None = None) -> Verdict:
            asked.write_text("".join("\t".join(t) + "\n" for t in triples or ()), "utf-8")
            known = imports or {name: ONTOLOGY / file for name, file in catalog().items()}
            pairs = [str(part) for pair in known.items() for part in pair]
            about = [str(document), "-" if triples is None else str(asked), *pairs]
            asking.write("\t".join(about) + "\n")
            asking.flush()
            said = [""]
            while said[-1] != "end\n":
                said.append(answers.readline())
                assert said[-1], errors.read_text("utf-8")[-3000:]
            return verdict("".join(said[1:-1]))

        yield run
        asking.close()
        assert reasoner.wait(60) == 0


def verdict(said: str) -> Verdict:
    found = Verdict()
    for kind, *words in (line.split("\t") for line in said.splitlines()):
        if kind == "profile":
            found.profiles[words[0]] = words[1]
        elif kind == "violation":
            found.violations.append((words[0], words[1]))
        elif kind == "consistent":
            found.consistent = words[0] == "true"
        elif kind == "unsatisfiable":
            found.unsatisfiable.append(words[0])
        elif kind == "entailed":
            found.entailed[tuple(words[:3])] = words[3] == "true"
    return found


def document(path: Path, triples: Iterable[ox.Triple]) -> Path:
    """Write an ontology document that imports the root."""
    body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    path.write_text(HEADER + body.decode(), encoding="utf-8")
    return path.rename(path.with_suffix(".ttl"))


def test_catalog_resolves_every_import_beside_itself() -> None:
    entries = catalog()
    modules = rdf_files([ONTOLOGY, ONTOLOGY / "alignments"])
    assert {ONTOLOGY / uri for uri in entries.values()} == set(modules)
    for name, uri in entries.items():
        assert not uri.startswith(("/", "."))
        assert ":" not in uri
        said = list(ntriples.triples(ONTOLOGY / uri))
        ontology = ox.Triple(ox.NamedNode(name), TYPE, ox.NamedNode(expand("owl:Ontology")))
        assert ontology in said
        assert imported(said) <= entries.keys()


def test_alignments_are_not_imported() -> None:
    every = imported(t for path in rdf_files([ONTOLOGY]) for t in ntriples.triples(path))
    assert every == {f"{NS}/rules", f"{NS}/vocabularies"}


@pytest.mark.parametrize("name", ["placement.ttl", "rules.ttl", "vocabularies.ttl", "withdrawn.ttl",
                                  "alignments/alignments.ttl"])
def test_module_is_sound_alone(name: str, check: Check) -> None:
    alone = check(ONTOLOGY / name)
    assert alone.outside("OWL 2 DL", "OWL 2 RL") == []
    assert alone.consistent


def test_root_with_its_imports_is_sound(check: Check) -> None:
    root = check(ONTOLOGY / "clusterkg.ttl")
    assert root.outside("OWL 2 DL", "OWL 2 RL") == []
    assert (root.consistent, root.unsatisfiable) == (True, [])


def test_terms_without_rules_are_in_ql_too(check: Check, tmp_path: Path) -> None:
    nothing = tmp_path / "rules.ttl"
    nothing.write_text(f"<{NS}/rules> a <{expand('owl:Ontology')}> .", encoding="utf-8")
    imports = {f"{NS}/rules": nothing, f"{NS}/vocabularies": ONTOLOGY / "vocabularies.ttl"}
    assert check(ONTOLOGY / "clusterkg.ttl", None, imports).outside("OWL 2 QL") == []


def test_alignments_fit_the_root(check: Check, tmp_path: Path) -> None:
    both = tmp_path / "both.nt"
    aligned = check(document(both, ntriples.triples(ONTOLOGY / "alignments/alignments.ttl")))
    assert aligned.outside("OWL 2 DL", "OWL 2 RL") == []
    assert (aligned.consistent, aligned.unsatisfiable) == (True, [])


def test_root_is_consistent_with_java_alone(requires: Requires, tmp_path: Path) -> None:
    requires.java()
    merged = tmp_path / "merged.nt"
    modules = [ONTOLOGY / file for name, file in catalog().items() if "alignments" not in name]
    text = ntriples.read(modules).decode()
    merged.write_text("".join(line for line in text.splitlines(keepends=True)
                              if IMPORTS.value not in line), encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(merged.as_uri()).load()
    owlready2.sync_reasoner_hermit(world, debug=0)
    assert list(world.inconsistent_classes()) == []
    assert world[expand("ckg:Cluster")] is not None


def test_a_clash_is_seen(check: Check, tmp_path: Path) -> None:
    ministry = ox.NamedNode(expand("organization:cn-miit"))
    kinds = ("ckg:PublicAuthority", "ckg:Place", "owl:NamedIndividual")
    clash = (ox.Triple(ministry, TYPE, ox.NamedNode(expand(kind))) for kind in kinds)
    assert check(document(tmp_path / "clash.nt", clash)).consistent is False


def data() -> list[ox.Triple]:
    return [triple for path in rdf_files([knowledge("data")]) for triple in ntriples.triples(path)]


def test_all_data_are_in_the_profiles(check: Check, tmp_path: Path) -> None:
    everything = check(document(tmp_path / "data.nt", data()), None)
    assert everything.outside("OWL 2 DL", "OWL 2 RL") == []


def cases() -> list[tuple[str, bool, tuple[str, str, str]]]:
    rows = (HERE / "entailments.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(name, follows == "yes", (expand(s), expand(p), expand(o)))
            for name, follows, s, p, o in (row.split("\t") for row in rows)]


@pytest.fixture(scope="module")
def world(check: Check, tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    """Reason over what is accepted: records, adopted claims, and the places they lie in."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in data())
    store.extend(ox.Quad(*t) for p in rdf_files([ONTOLOGY]) for t in ntriples.triples(p))
    withheld = {row[0] for row in selected(store, NOT_ACCEPTED)}
    adopted = list(constructed(store, ADOPTED))
    kept = [t for t in data() if t.subject not in withheld and t.object not in withheld]
    path = tmp_path_factory.mktemp("world") / "world.nt"
    return check(document(path, near([*kept, *adopted])), [triple for _, _, triple in cases()])


def selected(store: ox.Store, query: str) -> ox.QuerySolutions:
    found = store.query(query, prefixes=dict(prefixes()))
    assert isinstance(found, ox.QuerySolutions)
    return found


def constructed(store: ox.Store, query: str) -> ox.QueryTriples:
    found = store.query(query, prefixes=dict(prefixes()))
    assert isinstance(found, ox.QueryTriples)
    return found


def test_accepted_world_is_consistent(world: Verdict) -> None:
    assert (world.consistent, world.unsatisfiable) == (True, [])
    assert len(world.entailed) == len(cases()) > 25


@pytest.mark.parametrize(("name", "follows", "triple"), cases(), ids=lambda x: str(x)[:3])
def test_entailment(name: str, follows: bool, triple: tuple[str, str, str],
                    world: Verdict) -> None:
    assert world.entailed[triple] is follows, name


@pytest.mark.parametrize("name", ["clusterkg.ttl", "rules.ttl", "alignments/alignments.ttl"])
def test_sections_are_in_order(name: str) -> None:
    text = (ONTOLOGY / name).read_text(encoding="utf-8")
    sections = re.split(r"^# -+\n# .*\n# -+$", text, flags=re.MULTILINE)[1:]
    terms = [re.findall(r"^ckg:(\w+) a ", section, re.MULTILINE) for section in sections]
    assert sum(map(len, terms)) > 50
    assert terms == [sorted(section) for section in terms]


def test_terms_that_an_indonesian_source_needs_have_indonesian_labels() -> None:
    label, language = expand("rdfs:label"), expand("dcterms:language")
    ours = (prefixes()["ckg"], NS.removesuffix("ns") + "voc/")
    spoken: dict[str, set[str | None]] = {}
    for path in rdf_files([ONTOLOGY]):
        for subject, predicate, value in ntriples.triples(path):
            if predicate.value == label and isinstance(value, ox.Literal):
                spoken.setdefault(str(subject), set()).add(value.language)
    sources = [list(ntriples.triples(path)) for path in rdf_files([knowledge("data")])]
    indonesian = [source for source in sources
                  if any(p.value == language and o == ox.Literal("id") for _, p, o in source)]
    used = {str(term) for source in indonesian for triple in source for term in triple
            if isinstance(term, ox.NamedNode) and term.value.startswith(ours)}
    assert len(used) > 40
    assert [term for term in sorted(used) if "id" not in spoken[term]] == []
