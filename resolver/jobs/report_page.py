"""One HTML file that needs nothing but itself: text, tables, and charts with the libraries that draw them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from string import Template
from typing import Any

from splink.internals.html_utils import json_for_html, load_chart_libraries


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `texts` says how many of the first columns are text, others are figures."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as a Vega-Lite specification, perhaps with a heading and a table of the same.

    `closed`: shown when the reader opens it.
    """

    chart: Mapping[str, Any]
    heading: str = ""
    closed: bool = False
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a heading and plain words of what it shows."""

    title: str
    words: tuple[str, ...]
    content: Sequence[Table | Figure] = ()


_SAFETY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:"
_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #ffffff; --soft: #5b6675; --line: #d9dee5; --note: #fff6dc; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --paper: #14181e; --soft: #9aa6b5; --line: #333c48; --note: #3a3113; }
}
body { margin: 0 auto; max-width: 74rem; padding: 2rem 1.25rem 5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; }
h1 { line-height: 1.2; margin-bottom: .25rem; }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p, ul { max-width: 46rem; }
a { color: inherit; }
.soft { color: var(--soft); }
.note { background: var(--note); padding: .75rem 1rem; border-radius: .4rem; max-width: 46rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
.figure { text-align: right; white-space: nowrap; }
.chart { background: #fff; color: #1c2430; color-scheme: light; border: 1px solid var(--line); border-radius: .4rem;
  padding: 1rem; margin: .75rem 0; overflow-x: auto; }
summary { cursor: pointer; padding: .35rem 0; overflow-wrap: anywhere; }
"""
_DRAW = """
const shown = new Set();
function draw(box) {
  if (shown.has(box)) return;
  shown.add(box);
  const chart = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const actions = { export: true, source: false, compiled: false, editor: false };
  vegaEmbed(box, chart, { mode: "vega-lite", renderer: "svg", actions }).catch((error) => {
    box.textContent = "The chart cannot be drawn: " + error;
  });
}
for (const box of document.querySelectorAll(".chart")) {
  const fold = box.closest("details");
  if (fold) fold.addEventListener("toggle", () => fold.open && draw(box));
  else draw(box);
}
"""
_PAGE = Template(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$safety">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
<h1>$title</h1>
<p class="soft">$subtitle</p>
<p class="note">$note</p>
<nav aria-label="Contents"><ol>$contents</ol></nav>
$sections
<noscript><p class="note">The charts are drawn by scripts in this file, which your browser does not run.</p></noscript>
$libraries
<script>$draw</script>
</body>
</html>
"""
)


def page(title: str, subtitle: str, note: str, sections: Sequence[Section]) -> str:
    """The page as HTML. All texts are plain; nothing is fetched when it is opened, which its own policy forbids."""
    return _PAGE.substitute(
        title=escape(title),
        subtitle=escape(subtitle),
        note=escape(note),
        safety=_SAFETY,
        style=_STYLE,
        draw=_DRAW,
        contents="".join(
            f'<li><a href="#s{number}">{escape(section.title)}</a></li>' for number, section in enumerate(sections)
        ),
        sections="\n".join(_section(number, section) for number, section in enumerate(sections)),
        libraries="\n".join(f"<script>{source}</script>" for source in _libraries()),
    )


def _libraries() -> list[str]:
    """Vega, Vega-Lite and Vega-Embed as Splink brings them along, in the order in which they must be run."""
    return list(load_chart_libraries().values())  # type: ignore[no-untyped-call]


def _json(value: object) -> str:
    """JSON that may stand within a script element."""
    return str(json_for_html(value, cls=_WithDecimals))  # type: ignore[no-untyped-call]


class _WithDecimals(json.JSONEncoder):
    """DuckDB counts in decimals, which charts take as numbers."""

    def default(self, o: Any) -> Any:  # noqa: ANN401 - the signature of the base class
        return float(o) if isinstance(o, Decimal) else super().default(o)


def _section(number: int, section: Section) -> str:
    words = "".join(f"<p>{escape(text)}</p>" for text in section.words)
    content = "\n".join(
        _table(each) if isinstance(each, Table) else _figure(each, f"c{number}-{place}")
        for place, each in enumerate(section.content)
    )
    return f'<section id="s{number}"><h2>{escape(section.title)}</h2>{words}\n{content}</section>'


def _table(table: Table) -> str:
    kinds = ["text" if place < table.texts else "figure" for place in range(len(table.header))]
    header = _cells("th", kinds, table.header)
    rows = "".join(f"<tr>{_cells('td', kinds, row)}</tr>" for row in table.rows)
    return f'<div class="scroll"><table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cells(tag: str, kinds: Sequence[str], texts: Sequence[str]) -> str:
    return "".join(f'<{tag} class="{kind}">{escape(text)}</{tag}>' for kind, text in zip(kinds, texts, strict=True))


def _figure(figure: Figure, key: str) -> str:
    # The address of the schema is never fetched; without it the page names no address at all.
    chart = {name: value for name, value in figure.chart.items() if name != "$schema"}
    box = (
        f'<div class="chart" data-chart="{key}"></div>'
        f'<script type="application/json" id="{key}">{_json(chart)}</script>'
    )
    if figure.table is not None:
        box += _table(figure.table)
    if figure.closed:
        return f"<details><summary>{escape(figure.heading)}</summary>{box}</details>"
    return (f"<h3>{escape(figure.heading)}</h3>" if figure.heading else "") + box
