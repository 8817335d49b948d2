"""What every source of the made-up world refers to: areas, clusters, and who is drawn how often."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

import names
from trades import TRADES, Trade
from triples import fresh, iri

STAGES = ("basic-components", "core-components", "powertrain", "key-parts", "complete-machine")
STAGE_NAMES = {"basic-components": "基础零部件", "core-components": "核心零部件",
               "powertrain": "动力总成", "key-parts": "关键配件", "complete-machine": "整机"}


@dataclass(frozen=True)
class Area:
    """An administrative area: `above` is the index of its parent in the list of the level above."""

    code: str
    english: str
    chinese: str
    above: int = 0

    @property
    def iri(self) -> str:
        """Spell the area."""
        return iri(f"place:b-{self.code}")


@dataclass(frozen=True)
class Cluster:
    """A cluster of one trade in one county, with a chain of five stages."""

    number: int
    county: int
    trade: Trade
    english: str
    chinese: str

    @property
    def slug(self) -> str:
        """The local name of whatever belongs to the cluster."""
        return f"b{self.number}"

    @property
    def iri(self) -> str:
        """Spell the cluster."""
        return iri(f"cluster:{self.slug}")

    def stage(self, kind: int) -> str:
        """Spell its stage of the kind of this number."""
        return iri(f"stage:{self.slug}.{STAGES[kind]}")

    def passage(self, number: int) -> str:
        """Spell one of the four passages of the article about it."""
        return fresh(f"passage:{self.slug}-{number}")


@dataclass
class World:
    """The plan of a graph of about `triples` asserted triples; the same for the same numbers."""

    triples: int
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    members: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Lay out areas and clusters."""
        self.random = Random(self.seed)
        self.trades = TRADES[:min(len(TRADES), max(8, self.triples // 300))]
        counties = min(2_800, max(12, self.triples // 350))
        self.provinces = [Area(f"{11 + n}0000", *names.place(2_840 - n))
                          for n in range(max(2, min(20, counties // 60)))]
        self.prefectures = self._below(self.provinces, max(4, counties // 12), 2_400, 2)
        self.counties = self._below(self.prefectures, counties, 0, 4)
        number = max(4, self.triples // 2_000)
        where = self.random.choices(range(counties), zipf(counties, 0.7), k=number)
        self.clusters = [self._cluster(n, county) for n, county in enumerate(where)]
        self.weights = list(accumulate(zipf(number, 1.1)))

    def _below(self, above: list[Area], count: int, first: int, digits: int) -> list[Area]:
        areas = []
        for n in range(count):
            parent = n % len(above)
            code = f"{above[parent].code[:digits]}{n // len(above) + 1:02d}".ljust(6, "0")
            areas.append(Area(code, *names.place(first + n), parent))
        return areas

    def _cluster(self, number: int, county: int) -> Cluster:
        trade = self.random.choice(self.trades)
        area = self.counties[county]
        serial = f" {number}" if number >= len(TRADES) else ""
        return Cluster(number, county, trade, f"{area.english} {trade.english} cluster{serial}",
                       f"{area.chinese}{trade.chinese}集群{serial.strip()}")

    def draw(self, count: int) -> list[Cluster]:
        """Draw clusters, the first far oftener than the last."""
        return self.random.choices(self.clusters, cum_weights=self.weights, k=count)

    def province(self, county: int) -> Area:
        """Find the province that a county lies in."""
        return self.provinces[self.prefectures[self.counties[county].above].above]


def zipf(count: int, exponent: float) -> list[float]:
    """Weigh ranks by Zipf's law."""
    return [1 / rank ** exponent for rank in range(1, count + 1)]
