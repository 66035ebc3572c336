"""What a soak found, as a page for people."""

from __future__ import annotations

from collections import Counter

from benchmarks.soak.flatness import WINDOWS, Flatness
from benchmarks.soak.run import AT_REST, Soaked
from benchmarks.stamp import Stamp

_MEBIBYTE = 1 << 20
_WORDS = {
    "resident_bytes": "resident memory, MiB",
    "rest_bytes": "resident beyond what DuckDB accounts for, MiB",
    "threads": "threads",
    "descriptors": "open file descriptors",
    "cursors": "DuckDB cursors of readers",
}


def page(soaked: Soaked, at: Stamp) -> str:
    """The page, with a table of measures and one of outcomes."""
    verdict = "**Passed.**" if soaked.passed else "**Failed.**"
    lines = [
        "# Soak",
        "",
        f"{verdict} {soaked.seconds:.0f} seconds, seed {soaked.seed}, commit {at.commit}, {at.time}, "
        f"{at.cores} cores, Python {at.python}; client and server on the same machine.",
        "",
        f"{soaked.samples[-1].records:,.0f} records are in the store; {len(soaked.account.acknowledged):,} of them "
        "were acknowledged, the others came from clients that vanished, cancelled or had no time left.",
        "",
        "![what the server held on to](soak.svg)",
        "",
        f"## Flat over the last half\n\nTheil and Sen's slope over the medians of {WINDOWS} windows of the last half, "
        "times its length (`benchmarks/soak/flatness.py`). From two fifths of the time on only records come that were "
        "acknowledged before, so that the store hardly grows in that half.",
        "",
        "| measure | median | rise over the last half | allowed | flat |",
        "|---|---|---|---|---|",
        *(_measure(name, finding) for name, finding in soaked.findings.items()),
        "",
        "When everybody had left, nothing was left of them: "
        + ", ".join(f"{name} at most {count} more than before" for name, count in AT_REST.items())
        + ". What did not hold is among the faults.",
        "",
        "## How calls ended",
        "",
        "| client | code | reason | calls |",
        "|---|---|---|---|",
        *(
            f"| {kind} | {code} | {reason or '–'} | {count:,} |"
            for (kind, code, reason), count in sorted(soaked.account.outcomes.items())
        ),
        "",
        "## Faults",
        "",
        *([f"- {fault}, {count} times" for fault, count in Counter(soaked.faults).items()] or ["None."]),
        "",
    ]
    return "\n".join(lines)


def _measure(name: str, finding: Flatness) -> str:
    unit = _MEBIBYTE if name.endswith("bytes") else 1
    numbers = " | ".join(f"{value / unit:,.1f}" for value in (finding.median, finding.rise, finding.allowed))
    return f"| {_WORDS[name]} | {numbers} | {'yes' if finding.flat else '**no**'} |"
