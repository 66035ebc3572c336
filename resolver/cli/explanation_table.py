"""The explanation of a pair as a table: one line a comparison, its weight as a bar, the sum at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ftf.resolution.v1.explanation_service_pb2 import ComparisonExplanation, ExplainPairResponse
from resolver.cli.marking_report import words_by_record
from resolver.cli.words import SUPPORT_ONLY, agreement_words, bits, verdict_line

_BAR = 12
_VALUES = 4


def print_pair(console: Console, found: ExplainPairResponse) -> None:
    """Prints the pair, its comparisons, the sum beside the thresholds, and what came of it."""
    marked = words_by_record(found.record_markings)
    for side, record in (("left", found.left), ("right", found.right)):
        console.print(f"{side:<7}{record}{marked.get(record, '')}", markup=False)
    stated = [each for each in found.comparisons if (each.left_values and each.right_values) or each.match_weight]
    console.print(_table(found, stated))
    silent = [each.comparison_text for each in found.comparisons if each not in stated]
    if silent:
        console.print(f"not stated on both sides, so no evidence: {', '.join(silent)}")
    if any(each.decisive for each in stated):
        console.print("* without it the sum would lie on the other side of a threshold")
    console.print(
        f"sum {bits(found.match_weight)}; merged from {bits(found.merge_threshold)}, "
        f"to review from {bits(found.review_threshold)}"
    )
    for line in _consequences(found):
        console.print(line)


def _table(found: ExplainPairResponse, stated: Sequence[ComparisonExplanation]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for title in ("comparison", "level", "left", "right"):
        table.add_column(title, overflow="fold")
    for title in ("weight", "rarity"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    rows = [(each, each.match_weight + each.term_frequency_adjustment) for each in stated]
    widest = max([abs(found.prior_weight), *(abs(sum_) for _, sum_ in rows)]) or 1.0
    table.add_row(
        "prior", "any two records", "", "", f"{found.prior_weight:+.2f}", "", _bar(found.prior_weight, widest)
    )
    for each, sum_ in rows:
        table.add_row(
            Text(f"{each.comparison_text}{' *' if each.decisive else ''}"),
            Text(each.level),
            Text(_joined(each.left_values)),
            Text(_joined(each.right_values)),
            f"{each.match_weight:+.2f}",
            f"{each.term_frequency_adjustment:+.2f}" if each.term_frequency_adjustment else "",
            _bar(sum_, widest),
        )
    return table


def _joined(values: Iterable[str]) -> str:
    listed = list(values)
    more = f"\n(and {len(listed) - _VALUES} more)" if len(listed) > _VALUES else ""
    return "\n".join(listed[:_VALUES]) + more


def _bar(weight: float, widest: float) -> Text:
    length = round(abs(weight) / widest * _BAR)
    return Text(("+" if weight > 0 else "-") * length, style="green" if weight > 0 else "red")


def _consequences(found: ExplainPairResponse) -> Iterator[str]:
    if found.missing_weight:
        yield f"{found.missing_weight:.2f} bits are missing for a merge"
    families = ", ".join(found.shared_key_families)
    yield f"compared, since they share: {families}" if found.candidate else "never compared: they share no key"
    axes = (
        ("biometrics", found.link_cell.biometrics),
        ("identity data", found.link_cell.identity_data),
        ("document", found.link_cell.document),
    )
    yield "link table: " + ", ".join(f"{axis} {agreement_words(agreement)}" for axis, agreement in axes)
    yield "in one identity now" if found.same_identity else "not in one identity now"
    yield found.outcome_text
    yield from (f"refused: {text}" for text in found.refusal_texts)
    yield from map(verdict_line, found.verdicts)
    yield f"by {found.model}, {found.policy}; {SUPPORT_ONLY}"
