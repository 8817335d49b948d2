"""One HTML page that needs nothing else."""

from html import escape

from clusterkg.notation import parts, readable, severity, summary
from clusterkg.report import Group, Report

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{summary}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem }}
section {{ border-left: .3rem solid #888; padding: 0 1rem; margin: 1.5rem 0 }}
section.Violation {{ border-color: #b00020 }}
section.Warning {{ border-color: #b26a00 }}
section.Info {{ border-color: #1f6feb }}
h2 {{ font-size: 1rem; overflow-wrap: anywhere }}
table {{ border-collapse: collapse; font: .85rem ui-monospace, monospace }}
td {{ padding: .1rem .8rem .1rem 0; overflow-wrap: anywhere; vertical-align: top }}
</style>
</head>
<body>
<h1>{summary}</h1>
{groups}</body>
</html>
"""


def write(report: Report, *, language: str = "en", width: int = 80) -> str:
    """Give the verdict and a table of first results for each group; `width` changes nothing."""
    groups = "".join(_group(group, language) for group in report.groups)
    return _PAGE.format(language=escape(language), summary=escape(summary(report)), groups=groups)


def _group(group: Group, language: str) -> str:
    name = escape(severity(group.severity))
    heading = " · ".join(escape(readable(part)) for part in (group.shape, group.path) if part)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in parts(result).values())}"
                   "</tr>\n" for result in group.samples)
    rest = group.count - len(group.samples)
    more = f"<p>and {rest} more</p>\n" if rest else ""
    return (f'<section class="{name}">\n<h2>{name} · {heading} ({group.count})</h2>\n'
            f"<p>{escape(group.message(language))}</p>\n<table>\n{rows}</table>\n{more}</section>\n")
