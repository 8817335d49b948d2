"""The 25 competency questions and the five unknown ones, with the values of the real documents.

Each test is named by the number of its question; the values are those that the documents print.
"""

from golden import ask, real, rows

BANAN = "cluster:500113-advanced-power-equipment"
PINGDINGSHAN = "cluster:410400-intelligent-equipment"
CHAIN = "stage:500113-power-equipment."
NATIONAL = "list:miit-nam-45"
SMALL = "list:miit-csme-2023"
DECLARATION = "declaration:chengdu-chongqing-2021"
BANAN_ARTICLE = "doc:903e39150cbb66aa"
NATIONAL_ARTICLE = "doc:419d53de9b1592ca"
INDONESIAN_ARTICLE = "doc:5696e7274f48d51e"
CHENGDU_ARTICLE = "doc:91cedf6b53bf8c87"
ZONE_ARTICLE = "doc:66e51e5d6c67a0d0"
SICHUAN = {"place:cn-510100", "place:cn-510600", "place:cn-511400", "place:cn-512000"}
CHONGQING = {"place:cn-500105", "place:cn-500112", "place:cn-500116", "place:cn-500118"}


def given(name: str, *columns: str, document: str = "", **values: str) -> list[tuple[str, ...]]:
    """Ask the real graph; keep the rows from one document where it is named."""
    answer = ask(real(), name, **values)
    shown = rows(answer, *columns)
    if not document:
        return shown
    return [row for row, (where,) in zip(shown, rows(answer, "document"), strict=True)
            if where == document]


def test_01_clusters_on_lists() -> None:
    found = given("clusters_on_lists", "cluster", "list", "standing", "authority", "year")
    assert (BANAN, SMALL, '"on the list"', "organization:cn-miit", "2023") in found
    honours = given("clusters_on_lists", "cluster", "honour", "standing", document=ZONE_ARTICLE)
    assert (PINGDINGSHAN, "honour:provincial-strategic-emerging-cluster",
            '"on the list"') in honours
    assert given("clusters_on_lists", "cluster", document=NATIONAL_ARTICLE) == []


def test_02_counts_of_the_banan_cluster() -> None:
    found = given("cluster_counts", "indicator", "comparator", "value", "asOf", cluster=BANAN)
    day = '"2023-11-22"^^xsd:date'
    assert set(found) == {
        ("indicator:enterprise-count", "comparator:equal", "207", day),
        ("indicator:srdi-enterprise-count", "comparator:equal", "49", day),
        ("indicator:little-giant-count", "comparator:equal", "7", day),
        ("indicator:single-champion-count", "comparator:equal", "1", day),
        ("indicator:product-count", "comparator:greater-than", "2000", day)}


def test_03_share_of_little_giants() -> None:
    assert given("enterprise_shares", "part", "whole", "share", subject=BANAN,
                 indicator="indicator:little-giant-count") == [("7", "207", "3.4")]


def test_04_stages_of_the_banan_chain() -> None:
    found = given("chain_stages", "stage", "stagesBefore", "next",
                  chain="chain:500113-power-equipment")
    assert found == [(CHAIN + "basic-components", "0", CHAIN + "core-components"),
                     (CHAIN + "key-parts", "0", CHAIN + "complete-machine"),
                     (CHAIN + "core-components", "1", CHAIN + "powertrain"),
                     (CHAIN + "powertrain", "2", CHAIN + "complete-machine"),
                     (CHAIN + "complete-machine", "4", "")]


def test_05_what_feeds_the_machine() -> None:
    found = given("stage_feeders", "feeder", stage=CHAIN + "complete-machine")
    assert found == [(CHAIN + "key-parts",), (CHAIN + "powertrain",)]


def test_06_makers_of_core_transmission_components() -> None:
    found = given("makers_of_product", "organization",
                  product="product:core-transmission-component")
    assert set(found) == {("ent:x-qcziu4kl6o",), ("ent:x-f7g22r6vdi",), ("ent:x-qyaohja7m2",)}


def test_07_makers_of_complete_engines() -> None:
    found = given("enterprises_at_stage", "enterprise", "status", "basis",
                  stage=CHAIN + "complete-machine")
    inferred = "basis:curator-inference"
    assert {(enterprise, basis) for enterprise, status, basis in found
            if status == "status:accepted"} == {
        ("ent:x-2llqhjoz3r", inferred), ("ent:x-e5deufq5fi", inferred),
        ("ent:x-jtgsmsszbr", inferred)}
    assert {enterprise for enterprise, status, _ in found if status == "status:unreviewed"} == {
        "ent:x-to5ommm27q", "ent:x-3g3jtpt5iw"}
    aviation = given("makers_of_product", "organization", product="product:aviation-power-product")
    assert set(aviation) == {("ent:x-to5ommm27q",), ("ent:x-3g3jtpt5iw",)}
    waiting = given("makers_of_product", "organization", "status",
                    product="product:aviation-engine")
    assert set(waiting) == {("ent:x-to5ommm27q", '"possibly, waiting for review"'),
                            ("ent:x-3g3jtpt5iw", '"possibly, waiting for review"')}


def test_08_stages_without_an_enterprise() -> None:
    found = given("stages_without_named_enterprise", "stage", chain="chain:500113-power-equipment")
    assert set(found) == {(CHAIN + "basic-components",), (CHAIN + "powertrain",),
                          (CHAIN + "key-parts",)}
    answers = given("chain_gaps", "stage", "answer", "unreviewed", cluster=BANAN)
    assert answers == [(CHAIN + "basic-components", '"none known"', "0"),
                       (CHAIN + "key-parts", '"none known"', "2"),
                       (CHAIN + "powertrain", '"none known"', "0")]


def test_09_local_and_domestic_supply() -> None:
    assert set(given("matching_rates", "indicator", "comparator", "value", cluster=BANAN)) == {
        ("indicator:local-matching-rate", "comparator:greater-than", "50"),
        ("indicator:domestic-matching-rate", "comparator:greater-than", "98")}


def test_10_goal_of_banan() -> None:
    assert given("goals", "targetYear", "person", "organization", party="place:cn-500113") == [
        ("2025", "person:unnamed-banan-eic-2023", "organization:cq-banan-eic")]


def test_11_chongqing_clusters_on_the_2023_list() -> None:
    found = given("list_members_by_area", "status", "cluster", "stated", "named", "missing",
                  list=SMALL, area="place:cn-500000", document=BANAN_ARTICLE)
    assert found == [('"named"', BANAN, "5", "", ""), ('"unknown"', "", "5", "1", "4")]


def test_12_national_clusters_by_field() -> None:
    found = given("clusters_by_field", "field", "value", list=NATIONAL, document=NATIONAL_ARTICLE)
    assert set(found) == {
        ("field:next-gen-it", "13"), ("field:high-end-equipment", "13"),
        ("field:new-materials", "7"), ("field:biomedicine", "5"), ("field:consumer-goods", "4"),
        ("field:new-energy-vehicles", "3")}


def test_13_national_clusters_by_region() -> None:
    found = given("clusters_by_region", "region", "value", list=NATIONAL, document=NATIONAL_ARTICLE)
    assert set(found) == {("place:region-cn-east", "30"), ("place:region-cn-central", "8"),
                          ("place:region-cn-west", "5"), ("place:region-cn-northeast", "2")}
    checks = given("breakdown_checks", "breakdown", "total", "sum", "check")
    for dimension in ("field", "region"):
        assert (f"breakdown:419d53de9b1592ca-by-{dimension}", "45", "45", '"adds up"') in checks


def test_14_share_of_innovation_centres() -> None:
    assert given("innovation_centre_share", "value", "share", "total", list=NATIONAL) == [
        ("18", "70", "26")]


def test_15_average_output_of_a_national_cluster() -> None:
    assert given("average_output", "comparator", "clusters", "period", "average", list=NATIONAL,
                 document=NATIONAL_ARTICLE) == [
        ("comparator:equal", "45", '"2021"', "422222222222")]
    assert ("comparator:greater-than", '"2023"', "444444444444") in given(
        "average_output", "comparator", "period", "average", list=NATIONAL)
    assert given("average_output", "average", "note", list="list:miit-nam-2021") == [
        ("", '"less than a year, not averaged"')]


def test_16_parties_and_their_provinces() -> None:
    found = given("declaration_parties", "party", "province", declaration=DECLARATION,
                  document=CHENGDU_ARTICLE)
    assert set(found) == ({(place, "place:cn-510000") for place in SICHUAN}
                          | {(place, "place:cn-500000") for place in CHONGQING})
    assert len(found) == 8


def test_17_how_the_party_lists_differ() -> None:
    found = given("party_list_differences", "party", "listed", "adopted", declaration=DECLARATION)
    assert {party for party, _, adopted in found if adopted == '"no"'} == {"place:cn-500000"}
    indonesian = given("party_list_differences", "party", "listed", "status",
                       declaration=DECLARATION, document=INDONESIAN_ARTICLE)
    assert set(indonesian) == {
        ("place:cn-500000", '"yes"', "status:rejected"),
        *((place, '"not mentioned (examples only)"', "status:rejected") for place in
          ("place:cn-500116", "place:cn-500118", "place:cn-511400", "place:cn-512000"))}


def test_18_date_of_the_declaration() -> None:
    assert given("declaration_date", "property", "date", declaration=DECLARATION,
                 document=INDONESIAN_ARTICLE) == [("ckg:signedOn", '"2021-06-04"^^xsd:date')]
    assert given("declaration_date", "property", "date", declaration=DECLARATION,
                 document=CHENGDU_ARTICLE) == [("ckg:signedNoLaterThan", '"2021-06-05"^^xsd:date')]


def test_19_what_each_party_is_strong_in() -> None:
    found = given("party_strengths", "party", "concept", "kind", document=CHENGDU_ARTICLE)
    assert {party for party, _, _ in found} == SICHUAN | CHONGQING
    assert {("place:cn-510600", "product:power-generation-equipment",
             "strength:one-of-three-national-bases"),
            ("place:cn-511400", "product:small-compressor", "strength:largest-national-base"),
            ("place:cn-500105", "field:automobile", "strength:complete-chain"),
            ("place:cn-500116", "product:gearbox", "strength:industry-leading"),
            ("place:cn-500118", "product:pickup", "strength:largest-national-base")} <= set(found)


def test_20_who_could_supply_gearboxes_and_engines() -> None:
    for buyer in ("place:cn-500105", "place:cn-500118"):
        found = given("supplier_candidates", "supplier", "offer", place=buyer)
        assert set(found) == {("place:cn-500116", "product:gearbox"),
                              ("place:cn-500116", "product:reducer"),
                              ("place:cn-500116", "product:internal-combustion-engine"),
                              ("place:cn-511400", "product:transmission-component")}


def test_21_banan_is_no_party() -> None:
    assert given("is_party", "answer", "claims", place="place:cn-500113",
                 declaration=DECLARATION) == [('"no"', "0")]


def test_22_what_an_official_says_is_missing() -> None:
    found = given("missing_links_reported", "place", "concept", "neededBy", "person",
                  document=CHENGDU_ARTICLE)
    assert {("place:cn-510000", "product:auto-part", "place:cn-500000", "person:zhang-gening"),
            ("place:cn-500000", "field:supporting-industry", "place:cn-510000",
             "person:zhang-gening")} <= set(found)


def test_23_pingdingshan_high_tech_zone() -> None:
    found = given("zone_profile", "aspect", "value", zone="place:park-pingdingshan-htz",
                  document=ZONE_ARTICLE)
    assert {("indicator:national-zone-rank", "74"), ("indicator:rank-rise", "14"),
            ("indicator:consecutive-rises", "5"), ("indicator:high-tech-enterprise-count", "53"),
            ("indicator:technology-sme-count", "105"),
            ("indicator:innovation-platform-count", "64")} <= set(found)


def test_24_equipment_manufacturing_of_sichuan_and_chongqing() -> None:
    assert given("industry_scale", "comparator", "value", "year", "growth",
                 place="place:region-sichuan-chongqing", document=CHENGDU_ARTICLE) == [
        ("comparator:greater-than", "1400000000000", "2020", "5")]


def test_25_where_a_figure_comes_from_and_who_differs() -> None:
    (row,) = given("figure_sources", "value", "document", "places", "issued", "language",
                   "publisher", subject=BANAN, indicator="indicator:enterprise-count")
    assert row == ("207", BANAN_ARTICLE, '"4:1365-1405"', '"2023-11-22"^^xsd:date', '"en"',
                   "ent:x-jtgsmsszbr")
    bases = given("conflicting_claims", "subject", "value", "document")
    for place, document in (("place:cn-510000", INDONESIAN_ARTICLE),
                            ("place:cn-510600", CHENGDU_ARTICLE)):
        assert (place, "product:power-generation-equipment", document) in bases


# -- what an audit of the answers found ----------------------------------------------------------

def test_regions_are_counted_by_the_provinces_in_them() -> None:
    counted = {area: (int(stated), int(named), int(missing)) for area, stated, named, missing in
               given("list_members_by_area", "area", "stated", "named", "missing", list=NATIONAL)
               if missing}
    for region in ("east", "central", "west", "northeast"):
        stated, named, missing = counted[f"place:region-cn-{region}"]
        assert stated == named + missing
    assert counted["place:region-cn-east"][1] >= 10  # the ten of Jiangsu


def test_a_cluster_of_two_provinces_is_counted_in_neither() -> None:
    statuses = [status for status, in given("list_members_by_area", "status", list=NATIONAL,
                                            area="place:cn-510000")]
    assert statuses.count('"in several provinces, not counted"') == 1
    assert statuses.count('"named"') == 2


def test_what_several_documents_say_is_corroborated_and_our_sums_are_not() -> None:
    found = given("corroborated_records", "subject", "property", "value", "documents")
    jiangjin = (DECLARATION, "ckg:hasParty", "place:cn-500116", "2")
    assert found.count(jiangjin) == 2
    assert not [subject for subject, *_ in found if subject.startswith("breakdown:")]


def test_banan_makes_engines_itself_and_a_smaller_size_is_no_lack() -> None:
    assert {why for why, in given("partner_candidates", "why", cluster=BANAN)} == {
        '"no known enterprise"'}
    lacking = given("partner_candidates", "host", "lack")
    compared = given("missing_links_reported", "gap", "comparedWith")
    assert not {gap for gap, larger in compared if larger} & {lack for _, lack in lacking}


def test_clusters_of_a_region_say_whether_they_are_recognised() -> None:
    standings = {standing for standing, in given("clusters_in_region", "standing",
                                                 place="place:region-chengdu-chongqing")}
    assert {'"recognised"', '"planned"'} <= standings


# -- what must stay unknown --------------------------------------------------------------------

def test_names_of_the_national_clusters_are_unknown_but_for_those_on_other_pages() -> None:
    assert given("list_members", "member", list=NATIONAL, document=NATIONAL_ARTICLE) == [("",)]
    (row,) = given("list_members", "status", "stated", "named", "missing", list=NATIONAL,
                   document=NATIONAL_ARTICLE)
    assert row[:2] == ('"unknown"', "45")
    assert int(row[2]) + int(row[3]) == 45
    named = {member for member, in given("list_members", "member", list=NATIONAL) if member}
    assert len(named) == int(row[2]) < 45


def test_the_name_of_the_single_champion_is_unknown() -> None:
    assert given("honour_holder_names", "status", "enterprise", "stated", "missing", cluster=BANAN,
                 honour="honour:single-champion") == [('"unknown"', "", "1", "1")]


def test_four_chongqing_clusters_are_unknown() -> None:
    assert ('"unknown"', "4") in given("list_members_by_area", "status", "missing", list=SMALL,
                                       area="place:cn-500000")


def test_the_revenue_of_the_banan_cluster_is_unknown() -> None:
    assert given("figure_of", "status", "value", "otherFigures", cluster=BANAN,
                 indicator="indicator:revenue") == [('"unknown"', "", "7")]


def test_the_output_of_the_pingdingshan_cluster_is_unknown() -> None:
    assert given("figure_of", "status", "value", cluster=PINGDINGSHAN,
                 indicator="indicator:output-value") == [('"unknown"', "")]


def test_all_five_stand_in_what_the_sources_leave_open() -> None:
    found = set(given("unknowns", "kind", "subject", "detail"))
    assert {('"members of a list"', NATIONAL, "indicator:cluster-count"),
            ('"holders of an honour"', BANAN, "indicator:single-champion-count"),
            ('"members of a list in an area"', SMALL, "place:cn-500000"),
            ('"figure of a cluster"', BANAN, "indicator:revenue"),
            ('"figure of a cluster"', PINGDINGSHAN, "indicator:output-value")} <= found
