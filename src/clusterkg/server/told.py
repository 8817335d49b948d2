"""Where everything that happened is told: counted, and written down."""

from dataclasses import dataclass, field

from clusterkg.server.log import Entry, Journal
from clusterkg.server.metric import Metric


@dataclass(frozen=True)
class Told:
    """Count every answer; write it down where there is a journal."""

    metric: Metric = field(default_factory=Metric)
    journal: Journal | None = None

    def of(self, entry: Entry) -> None:
        """Tell of an answer that was sent, or of a client that was gone before."""
        self.metric.count(entry.status, entry.bytes, entry.seconds)
        if self.journal:
            self.journal.add(entry)
