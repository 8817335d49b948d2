"""Which graphs a query sees (SPARQL 1.1 Protocol, section 2.1.4)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dataset:
    """Name the graphs that are merged into the default graph, and those that GRAPH reaches.

    None: those of the store. Where one kind is given, the other is empty, not the store's.
    """

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    @property
    def is_own(self) -> bool:
        """Tell whether the request leaves the choice to the query and the store."""
        return self.default is None and self.named is None
