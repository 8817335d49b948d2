"""Hold a snapshot against what was generated: `truth.py SNAPSHOT TRUTH`; exit 1: it differs."""

import json
import sys
from pathlib import Path

from clusterkg.graph import Graph, open_graph
from clusterkg.result import Result

_MEMBERS = """SELECT ?of (COUNT(DISTINCT ?x) AS ?n) WHERE { ?of a ckg:Cluster ; ckg:hasMember ?x }
              GROUP BY ?of"""
_COUNTS = {
    "list": """SELECT ?of (COUNT(DISTINCT ?x) AS ?n)
               WHERE { ?d ckg:onList ?of ; ckg:designee ?x } GROUP BY ?of""",
    "province": """SELECT ?of (COUNT(DISTINCT ?x) AS ?n)
                   WHERE { ?of a ckg:ProvinceLevelArea .
                           ?x ckg:locatedIn ?of ; ckg:unifiedSocialCreditCode ?code }
                   GROUP BY ?of""",
    "stage-kind": """SELECT ?of (COUNT(DISTINCT ?x) AS ?n)
                     WHERE { ?x ckg:hasChainPosition/ckg:atStage/ckg:stageKind ?of }
                     GROUP BY ?of"""}


def main() -> None:
    """Ask and compare."""
    graph = open_graph(sys.argv[1])
    truth = json.loads(Path(sys.argv[2]).read_text())
    wrong = []
    found = {name: count for name, count in _asked(graph, _MEMBERS)}
    if found != truth["members"]:
        wrong.append("members of clusters")
    for kind, question in _COUNTS.items():
        known = {name.partition(":")[2].removeprefix("b-"): count
                 for name, count in truth["counts"].items() if name.startswith(f"{kind}:")}
        if dict(_asked(graph, question)) != known:
            wrong.append(f"{kind}: {dict(_asked(graph, question))} instead of {known}")
    print(json.dumps({"wrong": wrong, "members": sum(found.values())}))
    sys.exit(bool(wrong))


def _asked(graph: Graph, question: str) -> list[tuple[str, int]]:
    reply = graph.sparql(question)
    if not isinstance(reply, Result):
        raise TypeError("a SELECT answers with rows")
    return [(str(row[0]).rpartition("/")[2].removeprefix("b-"), int(row[1])) for row in reply]


if __name__ == "__main__":
    main()
