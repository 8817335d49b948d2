"""The register of enterprises, and beside it who supplies whom and who holds a title.

An enterprise takes 13 to 14 triples with the claim of its code; a third of the members of clusters
have a record of their position in the chain on top.
"""

from collections.abc import Sequence

import names
from trades import GRADES, Trade
from triples import Source, fresh, iri, typed
from world import STAGES, Cluster, World

from sources.records import ACCEPTED, claim, record

_TYPE, _LABEL, _ROW = iri("rdf:type"), iri("rdfs:label"), iri("ckg:sourceRow")
_SEAT, _FOUNDED, _CAPITAL = iri("reg:seat"), iri("reg:foundedOn"), iri("reg:capital")
_IN, _OWNED, _STATUS = iri("reg:inCluster"), iri("reg:ownedBy"), iri("ckg:reviewStatus")
_DECIMAL, _DATE = typed("", "decimal")[1:], typed("", "date")[1:]
_SUBJECT, _PREDICATE, _LITERAL = (iri(f"ckg:claim{part}")
                                  for part in ("Subject", "Predicate", "Literal"))
_CLAIM, _CODE = iri("ckg:Claim"), iri("ckg:unifiedSocialCreditCode")
_POSITION, _HOLDER, _AT = iri("ckg:ChainPosition"), iri("ckg:positionHolder"), iri("ckg:atStage")
_WITHIN, _PRODUCT = iri("ckg:positionInCluster"), iri("ckg:positionProduct")
_EVIDENCE, _REASON = iri("ckg:evidencedBy"), iri("ckg:statusReason")
_BATCH = 1_000


def write(world: World, out: Sequence[Source], budget: int) -> None:
    """Write enterprises until register, supplies and notices hold `budget` triples or just more."""
    register, supply, notices = out
    number, latest = 0, [""] * len(world.clusters)
    group: list[str] = []
    named: set[int] = set()
    while True:
        for cluster in world.draw(_BATCH):
            if register.count + supply.count + notices.count >= budget:
                return
            enterprise = Enterprise(world, number, cluster)
            enterprise.write(register)
            _group(enterprise, register, group)
            number += 1
            world.counts["enterprises"] += 1
            _supply(enterprise, supply, latest)
            _title(enterprise, notices)
            _named(enterprise, notices, named)


class Enterprise:
    """One row of the register."""

    def __init__(self, world: World, number: int, cluster: Cluster):
        """Draw where it sits, what it makes and whether it is a member of the cluster."""
        random = world.random
        self.world, self.number, self.chance = world, number, random.random()
        self.member, self.cluster = random.random() < 0.85, cluster
        self.doubt = "" if self.chance < 0.96 else ("unreviewed" if self.chance < 0.98
                                                    else "rejected")
        home = self.member and random.random() < 0.8
        self.county = cluster.county if home else int(len(world.counties) * random.random() ** 2)
        self.trade: Trade = cluster.trade if random.random() < 0.7 else random.choice(world.trades)
        self.code = names.credit_code(world.counties[self.county].code, number)
        self.iri = fresh(f"ent:{self.code}")
        english, chinese = names.brand(number)
        serial = f"{number // 125_000}" if number >= 125_000 else ""
        area = world.counties[self.county]
        self.english = f"{area.english} {english}{serial} {self.trade.english} company"
        self.chinese = f"{area.chinese}{chinese}{serial}{self.trade.chinese}有限公司"

    def write(self, out: Source) -> None:
        """Write the row, its code's claim and its membership."""
        self.world.counts[f"province:{self.world.province(self.county).code}"] += 1
        out.lines(self._row(), 14 if self.chance < 0.8 else 13)
        if self.member and self.number % 3:
            out.lines(f"{self.iri} {_IN} {self.cluster.iri} .\n", 1)
            self.world.members[self.cluster.number] += 1
        elif self.member:
            self._position(out)

    def _row(self) -> str:
        world, here, row = self.world, self.iri, f'"register.csv!{self.number + 2}"'
        english = f'{here} {_LABEL} "{self.english}"@en .\n' if self.chance < 0.8 else ""
        county, year = world.counties[self.county].iri, 1980 + self.number * 7 % 44
        claim = fresh(f"claim:code-{self.code}")
        return (f"{here} {_TYPE} {iri('reg:' + self.trade.name)} .\n"
                f'{here} {_LABEL} "{self.chinese}"@zh .\n{english}'
                f"{here} {_SEAT} {county} .\n"
                f'{here} {_FOUNDED} "{year}-{1 + self.number % 12:02d}-15{_DATE} .\n'
                f'{here} {_CAPITAL} "{50 + int(90_000 * self.chance ** 6)}.0{_DECIMAL} .\n'
                f"{here} {_ROW} {row} .\n"
                f'{claim} {_TYPE} {_CLAIM} .\n{claim} {_LABEL} "code {self.code}"@en .\n'
                f"{claim} {_SUBJECT} {here} .\n{claim} {_PREDICATE} {_CODE} .\n"
                f'{claim} {_LITERAL} "{self.code}" .\n{claim} {_ROW} {row} .\n'
                f"{claim} {_STATUS} {ACCEPTED} .\n")

    def _position(self, out: Source) -> None:
        kind = int(5 * self.chance ** 1.5)
        here = fresh(f"position:{self.code}.{self.cluster.slug}")
        grade = GRADES[self.number % 7 % 3][0]
        status = iri(f"status:{self.doubt}") if self.doubt else ACCEPTED
        lines = (f"{here} {_TYPE} {_POSITION} .\n"
                 f'{here} {_LABEL} "{self.english} at {STAGES[kind]}"@en .\n'
                 f"{here} {_HOLDER} {self.iri} .\n{here} {_AT} {self.cluster.stage(kind)} .\n"
                 f"{here} {_WITHIN} {self.cluster.iri} .\n"
                 f"{here} {_PRODUCT} {iri(f'product:{self.trade.slug}-{grade}')} .\n"
                 f"{here} {_EVIDENCE} {self.cluster.passage(1 + self.number % 2)} .\n"
                 f"{here} {_STATUS} {status} .\n")
        if self.doubt:
            out.lines(f'{lines}{here} {_REASON} "another of this name"@en .\n', 9)
        else:
            out.lines(lines, 8)
            self.world.members[self.cluster.number] += 1
            self.world.counts[f"stage-kind:{STAGES[kind]}"] += 1


def _group(enterprise: Enterprise, out: Source, group: list[str]) -> None:
    """Own each enterprise but the first of every fourth twenty by one of those before it."""
    block, place = divmod(enterprise.number, 20)
    if place == 0:
        group.clear()
    group.append(enterprise.iri)
    if block % 4 == 0 and place:
        enterprise.world.counts["owned"] += 1
        out.lines(f"{enterprise.iri} {_OWNED} {group[(place - 1) // 3]} .\n", 1)


def _supply(enterprise: Enterprise, out: Source, latest: list[str]) -> None:
    """Write a relation with the latest member of the cluster, for one in twelve."""
    cluster = enterprise.cluster.number
    customer, latest[cluster] = latest[cluster], enterprise.iri
    if not customer or enterprise.number % 12:
        return
    enterprise.world.counts["supplies"] += 1
    record(out, fresh(f"supply:{enterprise.code}"), ("ckg:SupplyRelation",
           f"{enterprise.english} supplies another"),
           {"ckg:supplier": enterprise.iri, "ckg:customer": customer,
            "ckg:suppliedProduct": iri(f"product:{enterprise.trade.slug}")},
           enterprise.cluster.passage(3))


def _title(enterprise: Enterprise, out: Source) -> None:
    """Write a title for one in fifty, and the higher one for one in a hundred."""
    if enterprise.number % 50 or not enterprise.member:
        return
    honour = ("little-giant", "srdi-sme")[enterprise.number // 50 % 2]
    enterprise.world.counts[f"honour:{honour}"] += 1
    record(out, fresh(f"designation:{enterprise.code}"), ("ckg:Designation",
           f"title of {enterprise.english}"),
           {"ckg:designee": enterprise.iri, "ckg:designatesAs": iri(f"honour:{honour}")},
           enterprise.cluster.passage(2))


def _named(enterprise: Enterprise, out: Source, named: set[int]) -> None:
    """Have the article name one undoubted member in ten, the first of a cluster as leading."""
    cluster = enterprise.cluster
    if enterprise.number % 10 != 1 or not enterprise.member or enterprise.doubt:
        return
    predicate = "ckg:hasMember" if cluster.number in named else "ckg:hasLeadingEnterprise"
    named.add(cluster.number)
    claim(out, (f"named-{enterprise.code}", f"{enterprise.english} is named"),
          (cluster.iri, predicate, enterprise.iri), cluster.passage(1))
