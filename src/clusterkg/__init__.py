"""clusterkg: an open knowledge graph of industrial clusters with a semantic query layer."""

__version__ = "0.1.0"
