"""Pages: what is shown is never taken for markup, and no link leads where none should."""

import pytest

from clusterkg import page


@pytest.mark.parametrize(("iri", "to"), [
    ("https://w3id.org/clusterkg/id/a/b", "/page/a/b"),
    ("https://w3id.org/clusterkg/ns#Term", "/page/ns#Term"),
    ("https://w3id.org/clusterkg//evil.example", "https://w3id.org/clusterkg//evil.example"),
    ("http://example.org/", "http://example.org/"), ("MAILTO:a@b", "MAILTO:a@b"),
    ("javascript:alert(1)", ""), ("JavaScript:alert(1)", ""), ("data:text/html,x", ""),
    ("vbscript:x", ""), ("file:///etc/passwd", ""), ("//evil.example", ""), ("http://[", "")])
def test_only_harmless_schemes_become_links(iri: str, to: str) -> None:
    assert page.href(iri) == to


def test_text_stays_text_wherever_it_stands() -> None:
    shown = page.render("layout.html", lang="zh", base="http://h/", title="</title><script>{{7}}")
    assert b"<script>" not in shown
    assert b"{{7}}" in shown


def test_links_keep_the_path_under_which_the_server_is_reached() -> None:
    shown = page.render("layout.html", lang="en", base="https://h/graph/", title="x")
    assert b'href="/graph/style.css"' in shown


def test_data_in_a_page_cannot_end_its_element() -> None:
    assert "<" not in page.embedded('{"a": "</script><script>"}')
