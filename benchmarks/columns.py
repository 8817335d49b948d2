"""What the columns of the made-up register mean: its mappings, and the industries that it names."""

from clusterkg.namespaces import prefixes

# Goods, and the class of GB/T 4754-2017 of those who make them.
GOODS = {"柴油发动机": "3412", "变速箱": "3453", "压铸件": "3392", "齿轮": "3453", "曲轴": "3412",
         "连杆": "3412", "发电机组": "3811", "液压泵": "3444", "车桥": "3670", "控制器": "4011"}
_INDUSTRIES = {"3392": ("casting of non-ferrous metals", "有色金属铸造"),
               "3412": ("internal combustion engines and parts", "内燃机及配件制造"),
               "3444": ("hydraulic machinery", "液压动力机械及元件制造"),
               "3453": ("gears and gearboxes", "齿轮及齿轮减、变速箱制造"),
               "3670": ("motor vehicle parts", "汽车零部件及配件制造"),
               "3811": ("generators", "发电机及发电机组制造"),
               "4011": ("industrial control systems", "工业自动控制系统装置制造")}
_CONTEXT = "http://www.w3.org/ns/csvw"
_SOURCE = {"title": "Made-up register", "language": "zh", "issued": "2026-01-01"}
_CLEAN = ["width", "trim"]
_TYPE = {"name": "type", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": "ckg:Enterprise"}


def industries() -> str:
    """Give the industries in Turtle."""
    used = "".join(f"@prefix {name}: <{prefixes()[name]}> .\n"
                   for name in ("ckg", "gbt4754", "rdfs", "skos"))
    scheme = f"<{prefixes()['gbt4754'].rstrip('/')}>"
    return used + "".join(
        f'gbt4754:C{code} a ckg:IndustryClass ; skos:inScheme {scheme} ;\n'
        f'    skos:notation "C{code}" ; rdfs:label "{english}"@en, "{chinese}"@zh ;\n'
        f'    skos:prefLabel "{english}"@en, "{chinese}"@zh .\n'
        for code, (english, chinese) in _INDUSTRIES.items())


def mapping() -> dict[str, object]:
    """Give the mapping of the dirty register: all is cleaned, checked and looked up."""
    return {
        "@context": _CONTEXT, "url": "register.csv", "ckg:source": _SOURCE,
        "ckg:skip": [{"column": "登记状态", "equals": ["注销"], "why": "no longer registered"}],
        "ckg:mint": {"namespace": "ent", "code": "统一社会信用代码"},
        "tableSchema": {
            "aboutUrl": "{+_iri}", "primaryKey": "统一社会信用代码",
            "columns": [
                {"titles": "企业名称", "propertyUrl": "rdfs:label", "lang": "zh", "required": True},
                {"titles": "统一社会信用代码", "propertyUrl": "ckg:unifiedSocialCreditCode",
                 "required": True, "ckg:rules": [*_CLEAN, "credit-code"]},
                {"titles": "法定代表人", "propertyUrl": "ckg:legalRepresentative",
                 "null": ["", "N/A"]},
                {"titles": "注册资本", "propertyUrl": "ckg:registeredCapital",
                 "datatype": "decimal", "ckg:rules": [*_CLEAN, {"rule": "amount", "unit": "元"}]},
                {"titles": "成立日期", "propertyUrl": "ckg:establishedOn", "datatype": "date",
                 "ckg:rules": [*_CLEAN, "date"]},
                {"titles": "登记状态", "propertyUrl": "ckg:registrationStatus", "ckg:resolve": {
                    "class": "ckg:RegistrationStatus", "by": "label"}},
                {"titles": "所属省份"}, {"titles": "所属城市"},
                {"titles": "所属区县", "propertyUrl": "ckg:registeredIn", "ckg:resolve": {
                    "class": "ckg:CountyLevelArea", "by": "place",
                    "within": ["所属省份", "所属城市"]}},
                {"titles": "注册地址", "propertyUrl": "ckg:registeredAddress"},
                {"titles": "行业代码", "propertyUrl": "ckg:industryClass",
                 "ckg:rules": [*_CLEAN, {"rule": "code", "length": 4}],
                 "ckg:resolve": {"class": "ckg:IndustryClass", "by": "code"}},
                {"titles": "经营范围", "propertyUrl": "ckg:businessScope", "lang": "zh"},
                _TYPE,
                {"name": "currency", "virtual": True, "propertyUrl": "ckg:capitalCurrency",
                 "valueUrl": "unit:cny"}]}}


def plain() -> dict[str, object]:
    """Give the mapping of the plain register, of which RML can say every word."""
    literal = {"企业名称": "rdfs:label", "统一社会信用代码": "ckg:unifiedSocialCreditCode",
               "法定代表人": "ckg:legalRepresentative", "注册资本": "ckg:registeredCapital",
               "成立日期": "ckg:establishedOn", "所属省份": "skos:altLabel",
               "所属城市": "skos:scopeNote",
               "注册地址": "ckg:registeredAddress", "经营范围": "ckg:businessScope"}
    more: dict[str, dict[str, str]] = {
        "企业名称": {"lang": "zh"}, "经营范围": {"lang": "zh"}, "注册资本": {"datatype": "decimal"},
        "成立日期": {"datatype": "date"}}
    return {
        "@context": _CONTEXT, "url": "plain.csv", "ckg:source": _SOURCE,
        "tableSchema": {"aboutUrl": "ent:{统一社会信用代码}", "columns": [
            *({"titles": title, "propertyUrl": name, **more.get(title, {})}
              for title, name in literal.items()),
            {"titles": "登记状态", "propertyUrl": "ckg:registrationStatus",
             "valueUrl": "registration-status:{登记状态}"},
            {"titles": "所属区县", "propertyUrl": "ckg:registeredIn",
             "valueUrl": "place:cn-{所属区县}"},
            {"titles": "行业代码", "propertyUrl": "ckg:industryClass",
             "valueUrl": "gbt4754:C{行业代码}"}, _TYPE]}}
