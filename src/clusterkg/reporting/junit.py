"""JUnit XML: a test suite a shape, a test case a group; what disallows conforming is a failure."""

import re
from collections.abc import Iterable
from itertools import groupby
from xml.etree import ElementTree as ET

from clusterkg.notation import parts, readable, severity
from clusterkg.report import Group, Report

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report, *, language: str = "en", width: int = 80) -> str:
    """Give a document that any CI server reads; `width` changes nothing."""
    root = ET.Element("testsuites", name="SHACL validation")
    by_shape = groupby(sorted(report.groups, key=lambda group: group.shape or ""),
                       lambda group: group.shape)
    for shape, groups in by_shape:
        _suite(root, readable(shape) or "no shape", list(groups), language)
    if not report.groups:
        ET.SubElement(_element(root, "testsuite", name="report", tests="1", failures="0"),
                      "testcase", classname="report", name="conforms")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _suite(root: ET.Element, name: str, groups: list[Group], language: str) -> None:
    failures = sum(group.samples[0].disallows for group in groups)
    suite = _element(root, "testsuite", name=name, tests=str(len(groups)), failures=str(failures))
    for group in groups:
        message = group.message(language)
        title = ": ".join(part for part in (readable(group.path), message) if part)
        case = _element(suite, "testcase", classname=name, name=title)
        found = _element(case, "failure", type=severity(group.severity), message=message) \
            if group.samples[0].disallows else _element(case, "system-out")
        found.text = _legal("\n".join(_lines(group)))


def _lines(group: Group) -> Iterable[str]:
    yield f"{severity(group.severity)}: {group.count}"
    for result in group.samples:
        yield "  ".join(parts(result).values())


def _element(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, tag, {name: _legal(text) for name, text in attributes.items()})


def _legal(text: str) -> str:
    """Drop the characters that XML 1.0 cannot hold, escaped or not."""
    return _ILLEGAL.sub("", text)
