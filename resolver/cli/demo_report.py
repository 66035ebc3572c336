"""Pictures of counts, drawn in text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from resolver.jobs.truth import TrueRecord

_WIDTH = 40
_SHOWN = 14


def counts(truth: Sequence[TrueRecord], groups_of: Callable[[TrueRecord], Iterable[str]]) -> dict[str, int]:
    """How many records each group has, the largest first, the smallest ones together."""
    counted = Counter(group for each in truth for group in groups_of(each) if group).most_common()
    shown = dict(counted[:_SHOWN])
    rest = counted[_SHOWN:]
    return {**shown, **({f"{len(rest)} more": sum(count for _, count in rest)} if rest else {})}


def bars(console: Console, title: str, values: Mapping[str, int]) -> None:
    """One bar a value, on a common scale."""
    largest = max(values.values(), default=0) or 1
    label = max((len(name) for name in values), default=0)
    console.print(title)
    for name, count in values.items():
        bar = "█" * max(round(count / largest * _WIDTH), 1 if count else 0)
        console.print(Text.assemble(f"  {name:<{label}} ", (f"{bar:<{_WIDTH}}", "cyan"), f" {count:,}"))


def kinds(console: Console, counted: Counter[str]) -> None:
    """What the writes did, by kind of decision."""
    bars(console, "what each record did", {kind.lower(): count for kind, count in counted.most_common()})
