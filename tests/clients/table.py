"""The table of results: a line for each scenario, a column for each language."""

from dataclasses import dataclass

from tests.clients.catalogue import SCENARIOS

_WORDS = {"passed": "as expected", "failed": "**failed**", "skipped": "not run"}


@dataclass(frozen=True)
class Ended:
    """How one scenario ended with one language; `outcome` is pytest's."""

    scenario: str
    language: str
    outcome: str
    reason: str = ""


def table(ended: list[Ended]) -> str:
    """The table as a page."""
    languages = sorted({each.language for each in ended})
    found = {(each.scenario, each.language): _WORDS[each.outcome] for each in ended}
    reasons = sorted({each.reason for each in ended if each.reason})
    lines = [
        "# The conformance of the clients",
        "",
        "Written by `make conformance`; what a scenario does is in "
        "[clients/conformance/scenarios.yaml](../../clients/conformance/scenarios.yaml).",
        "",
        f"| scenario | what it shows | {' | '.join(languages)} |",
        f"|---|---|{'---|' * len(languages)}",
    ]
    for scenario in SCENARIOS:
        cells = [found.get((scenario["name"], language), "not run") for language in languages]
        lines.append(f"| {scenario['name']} | {scenario['about']} | {' | '.join(cells)} |")
    sums = [sum(found.get((s["name"], each)) == _WORDS["passed"] for s in SCENARIOS) for each in languages]
    lines.append(f"| **{len(SCENARIOS)} scenarios** | as expected | {' | '.join(map(str, sums))} |")
    return "\n".join([*lines, *(f"\n{reason}" for reason in reasons)]) + "\n"
