"""Where sources give different values of what has but one: written down with each build.

To compare the values of all things takes a question seconds over a million triples; it begins with
what is found here, in the graph of the description. What nobody accepted counts, too: a
contradiction stays in sight whoever is right.
"""

from pathlib import Path

from clusterkg import tables
from clusterkg.files import read_text
from clusterkg.ledger import graph
from clusterkg.namespaces import expand
from clusterkg.tables import Connection

_FOUND = Path(__file__).with_suffix(".sql")
_WORDS = {"several": "ckg:hasSeveralValuesOf", "single": "ckg:singleValued",
          "subject": "ckg:claimSubject", "predicate": "ckg:claimPredicate",
          "object": "ckg:claimObject", "literal": "ckg:claimLiteral"}


def find(connection: Connection) -> None:
    """Add to `quad` of which single-valued properties a subject has several values."""
    iris = {name: expand(curie) for name, curie in _WORDS.items()}
    ids = tables.identify(connection, [*iris.values(), graph("description")])
    connection.execute(read_text(_FOUND), {**{name: ids[iri] for name, iri in iris.items()},
                                           "graph": ids[graph("description")]})
