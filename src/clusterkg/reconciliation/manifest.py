"""What the service says of itself."""

from collections.abc import Sequence

from clusterkg import __version__
from clusterkg.namespaces import BASE, expand
from clusterkg.reconciliation.answering import Json
from clusterkg.reconciliation.asked import BATCH

_NAME = "clusterkg"
_WIDTH, _HEIGHT = 430, 300  # of a preview


def old(root: str, types: Sequence[Json]) -> Json:
    """Describe the service at `root` to clients of version 0.2."""
    suggest: Json = {kind: {"service_url": root, "service_path": f"/suggest/{kind}"}
                     for kind in ("entity", "property", "type")}
    return {**_common(types), "versions": ["0.2"], "identifierSpace": f"{BASE}id/",
            "schemaSpace": expand("ckg:"), "view": {"url": f"{root}/view?id={{{{id}}}}"},
            "preview": {"url": f"{root}/preview?id={{{{id}}}}", "width": _WIDTH,
                        "height": _HEIGHT},
            "suggest": suggest,
            "extend": {"propose_properties": {"service_url": root,
                                              "service_path": "/extend/propose"},
                       "property_settings": []}}


def new(root: str, types: Sequence[Json]) -> Json:
    """Describe it to clients of version 1.0-draft."""
    return {**_common(types), "versions": ["1.0-draft"], "view": {"url": f"{root}/view?id={{id}}"},
            "suggest": {"entity": True, "property": True, "type": True},
            "preview": {"width": _WIDTH, "height": _HEIGHT},
            "extend": {"proposeProperties": True, "propertySettings": []},
            "standardizedScore": True}


def _common(types: Sequence[Json]) -> Json:
    return {"name": _NAME, "defaultTypes": list(types), "serviceVersion": __version__,
            "batchSize": BATCH, "documentation": "https://reconciliation-api.github.io/specs/0.2/"}
