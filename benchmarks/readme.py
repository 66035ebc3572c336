"""Writes the figures into the README, from the results' files: accuracy of `quality.json`, speed of `performance.json`.

In its place stands `performance-full.json` where there is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.markdown import MET, table

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- figures: written by make bench and make quality -->", "<!-- end of figures -->"
_FEBRL_SHOWN = (4, 3)


def main() -> None:
    """Puts the last figures into the README."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(with_figures(text, figures(RESULTS)), encoding="utf-8")


def with_figures(text: str, block: str) -> str:
    """A text whose figures are replaced."""
    found = re.compile(f"{re.escape(BEGIN)}\n.*{re.escape(END)}", re.DOTALL)
    if text.count(BEGIN) != 1 or text.count(END) != 1 or found.search(text) is None:
        raise ValueError("the text has no one place for figures")
    return found.sub(lambda _: f"{BEGIN}\n{block}{END}", text)


def figures(results: Path) -> str:
    """The figures of a folder of results, in Markdown."""
    full = results / "performance-full.json"
    speed = full if full.exists() else results / "performance.json"
    quality = json.loads((results / "quality.json").read_text(encoding="utf-8"))
    performance = json.loads(speed.read_text(encoding="utf-8"))
    return "\n".join([*_accuracy(quality), "", *_speed(performance, speed.stem)]) + "\n"


def _accuracy(found: Mapping[str, Any]) -> Iterator[str]:
    made_up = [found["ordinary"], *found["others"]]
    sets = [(f"made-up records, held-out seed {each['seed']}", each["evaluation"]) for each in made_up]
    febrl = {each["number"]: each["evaluation"] for each in found["febrl"]}
    sets += [(f"FEBRL{number}", febrl[number]) for number in _FEBRL_SHOWN]
    shares = "precision / recall / F1"
    head = ("automatic merges", "records", f"pairwise {shares}", f"B-cubed {shares}")
    yield from table(
        (*head, "true pairs merged or sent to review", "identities of more than one person", "review tasks"),
        (
            (
                title,
                f"{each['records']:,}",
                _three(each["pairs"]),
                _three(each["cubed"]),
                f"{each['recall_with_review']:.4f}",
                f"{each['over_merged_identities']:,}",
                f"{each['review_tasks']:,}",
            )
            for title, each in sets
        ),
    )


def _speed(found: Mapping[str, Any], name: str) -> Iterator[str]:
    stamp, sizes = found["stamp"], [each["records"] for each in found["stores"]]
    yield (
        f"Speed, at commit {stamp['commit']} on {stamp['cores']} cores ({stamp['processor']}), client beside the "
        f"server, stores of {sizes[0]:,} to {sizes[-1]:,} records; – where nothing can be said at that size. All "
        "of it, with percentiles under load and other tools on the same records: "
        f"[{name}.md](benchmarks/results/{name}.md)."
    )
    yield ""
    yield from table(
        ("what", "asked", "measured", "met", "measured on"),
        (
            (each["what"], each["asked"], each["measured"], MET[each["met"]], each["measured_on"])
            for each in found["asked"]
        ),
    )
    yield ""
    yield f"![p50, p99 and records a second against store size](benchmarks/results/{name}.svg)"


def _three(found: Mapping[str, float]) -> str:
    return " / ".join(f"{found[name]:.4f}" for name in ("precision", "recall", "f1"))


if __name__ == "__main__":
    main()
