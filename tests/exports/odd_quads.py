"""Quads that exporters stumble over, made by hypothesis."""

import pyoxigraph as ox
from hypothesis import strategies as st

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
CKG = "https://w3id.org/clusterkg/ns#"
EX = "http://example.org/"

IRIS = [ox.NamedNode(iri) for iri in (
    f"{CKG}Thing", f"{CKG}with.dot", f"{CKG}end.", f"{CKG}²", f"{CKG}产业", CKG,
    "https://w3id.org/clusterkg/id/place/cn-500113", "https://w3id.org/clusterkg/id/place/a/b",
    "https://w3id.org/clusterkg/id/place/-x", "https://w3id.org/clusterkg/voc/unit/count",
    f"{EX}a", f"{EX}ü/中?x=1&y='2'#f", f"{EX}%41%2F", f"{EX}(a),b;c!$*+=:@~", f"{EX}a.",
    f"{EX}\u05d0\u05d1", "urn:x:y", "field:x", "ckg:unit", "mailto:a@b", "tag:a,2020:b",
    f"{RDF}nil", f"{RDF}List", "http://www.w3.org/2002/07/owl#Class")]
PREDICATES = [ox.NamedNode(iri) for iri in (
    f"{RDF}type", f"{RDF}value", "http://www.w3.org/2000/01/rdf-schema#label", f"{CKG}unit",
    f"{CKG}claimObject", f"{CKG}claimSubject", f"{CKG}numericValue", f"{CKG}referenceYear",
    f"{CKG}evidencedBy", f"{CKG}issuedOn", f"{CKG}x.y", f"{EX}p", f"{EX}中文", f"{EX}a/b_c",
    "urn:p", "field:p", "ckg:p")]
NOT_ELEMENT_NAMES = [ox.NamedNode(iri) for iri in (
    f"{EX}1", f"{EX}a/", f"{RDF}li", f"{RDF}Description", f"{EX}%41%2F")]
GRAPHS = [ox.DefaultGraph(), ox.NamedNode("https://w3id.org/clusterkg/id/graph/a"),
          ox.NamedNode("https://w3id.org/clusterkg/id/graph/inferred"), ox.NamedNode(f"{EX}g/中")]
BLANKS = [ox.BlankNode(name) for name in ("a", "b", "c", "d")]

ODD_TEXTS = ("", " ", "a", "two\nlines", "cr\rlf\r\n", "tab\t", '"', "'", '"""', "\\", "\\n",
             "\\u0041", "<&>]]>", "中文，产业", "\u05e9\u05dc\u05d5\u05dd \u202eabc",
             "e\u0301", "😀", "\u2028\x85", " lead", "trail ", "a|b;c", "@en", "^^x", "{x}",
             "https://example.org/a", "ckg:unit",
             "_:b", "NULL", "=1+1")
CONTROLS = ("\x00", "\x01", "\x08\x0c", "\x0b", "\x1f", "\x7f", "\ufffe", "\uffff")
LEXICALS = {
    "integer": ("0", "1", "-0", "01", "+1", "007", "12345678901234567890", "x", ""),
    "decimal": ("1.0", "304.90", "-0.0", "+1.5", "1.", ".5", "1", "5.00", "0.0000001", "007.5"),
    "double": ("1.0E0", "1e6", "INF", "NaN", "1"),
    "boolean": ("true", "false", "1", "0", "TRUE"),
    "date": ("2020-01-02", "2020-02-30", "2020-01-02Z"),
    "dateTime": ("2020-01-02T03:04:05.600Z", "2020-01-02T03:04:05+08:00"),
    "gYear": ("2022", "02022"), "gYearMonth": ("2022-01",), "anyURI": ("http://a/ b", "x"),
    "language": ("en",), "hexBinary": ("0fB7",), "normalizedString": ("a b",)}


def texts(*, controls: bool) -> st.SearchStrategy[str]:
    if controls:
        return st.sampled_from(ODD_TEXTS + CONTROLS) | st.text(max_size=6)
    allowed = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"))
    return st.sampled_from(ODD_TEXTS) | st.text(allowed, max_size=6)


def literals(*, controls: bool) -> st.SearchStrategy[ox.Literal]:
    typed = [ox.Literal(text, datatype=ox.NamedNode(XSD + name))
             for name, forms in LEXICALS.items() for text in forms]
    typed.append(ox.Literal("<a/>", datatype=ox.NamedNode(f"{RDF}XMLLiteral")))
    typed.append(ox.Literal("{}", datatype=ox.NamedNode(f"{EX}type#t")))
    words = texts(controls=controls)
    tags = st.sampled_from(("en", "zh", "zh-hans", "id", "en-gb", "he"))
    return st.one_of(st.sampled_from(typed), words.map(ox.Literal),
                     st.builds(lambda v, t: ox.Literal(v, language=t), words, tags))


def quads(*, controls: bool = True, named: bool = True,
          predicates: list[ox.NamedNode] | None = None) -> st.SearchStrategy[list[ox.Quad]]:
    """Make datasets: single statements and chains of list cells, some of them broken."""
    subjects = st.sampled_from(IRIS + BLANKS)
    objects = st.sampled_from(IRIS + BLANKS) | literals(controls=controls)
    graphs = st.sampled_from(GRAPHS) if named else st.just(ox.DefaultGraph())
    verbs = st.sampled_from(predicates or PREDICATES + NOT_ELEMENT_NAMES)
    single = st.builds(ox.Quad, subjects, verbs, objects, graphs).map(lambda q: [q])
    listed = st.builds(_listed, subjects, verbs, st.lists(objects, max_size=4), graphs,
                       st.integers(0, 3))
    return st.lists(single | single | listed, max_size=12).map(
        lambda found: [quad for part in found for quad in part])


def _listed(subject: ox.NamedNode | ox.BlankNode, predicate: ox.NamedNode,
            members: list[ox.NamedNode | ox.BlankNode | ox.Literal],
            graph: ox.NamedNode | ox.DefaultGraph, flaw: int) -> list[ox.Quad]:
    first, rest, nil = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
    cells = [ox.BlankNode() for _ in members]
    ends: list[ox.BlankNode | ox.NamedNode] = list(cells[1:])
    ends += [nil] if cells else []
    made = [ox.Quad(subject, predicate, cells[0] if cells else nil, graph)]
    for cell, member, end in zip(cells, members, ends, strict=True):
        made += [ox.Quad(cell, first, member, graph), ox.Quad(cell, rest, end, graph)]
    if flaw == 1 and cells:
        made.append(ox.Quad(cells[-1], first, subject, graph))
    if flaw == 2 and cells:
        made.append(ox.Quad(subject, predicate, cells[-1], graph))
    return made[:-1] if flaw == 3 else made
