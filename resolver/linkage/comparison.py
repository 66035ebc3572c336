"""What a comparison is: levels with conditions in SQL over the two sides of a pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Strangers(Enum):
    """Among which pairs of different people u is learned: what another comparison has said is not counted again."""

    ANYONE = auto()
    COUNTRYMEN = auto()
    """Of one nationality: parents, places and kinds of documents go with it."""
    NAMESAKES = auto()
    """Of one name: a name goes with a nationality."""


@dataclass(frozen=True, slots=True)
class Band:
    """A measure, as it is written in a condition, and the least value that it has in the band."""

    measure: str
    least: int


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a comparison.

    `code` is stable for machines, `words` for people. `term_frequency` names the column whose rarity
    adjusts the weight, scaled by `term_frequency_weight` and never counted as rarer than
    `rarest`. `weight` fixes the match weight in bits by policy instead of training.

    `rarity` says how rare what agrees is, in bits, for a level that is one `band` of several of the same
    `kind`: training learns one u for the kind and halves it with each bit. Bands of one condition follow one another,
    the highest first.
    """

    code: str
    words: str
    condition: str
    term_frequency: str | None = None
    term_frequency_weight: float = 1.0
    rarest: float = 0.0
    weight: float | None = None
    kind: str = ""
    rarity: float | None = None
    band: Band | None = None

    @property
    def whole_condition(self) -> str:
        """The condition with that of the band."""
        if self.band is None:
            return self.condition
        return f"({self.condition}) AND {self.band.measure} >= {self.band.least}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison: when it says nothing, and its levels, strongest first.

    `measures` are SQL expressions that several levels ask about, by name. A condition writes `{name}`
    for one; compiled, it is worked out once a pair. `measured` are columns, stated together with those of
    `nothing_to_compare`, that measures read and no condition names. `strangers` says where u is learned.
    """

    name: str
    nothing_to_compare: str
    levels: tuple[Level, ...]
    measures: Mapping[str, str] = field(default_factory=dict)
    measured: tuple[str, ...] = ()
    strangers: Strangers = Strangers.ANYONE

    def gamma(self, code: str) -> int:
        """The comparison vector value of a level: 0 for the last, rising with strength."""
        return next(len(self.levels) - 1 - place for place, level in enumerate(self.levels) if level.code == code)

    def at(self, *codes: str) -> str:
        """SQL over a comparison vector that is true at one of these levels."""
        ranges: list[tuple[int, int]] = []
        for gamma in sorted(map(self.gamma, codes)):
            if ranges and ranges[-1][1] == gamma - 1:
                ranges[-1] = (ranges[-1][0], gamma)
            else:
                ranges.append((gamma, gamma))
        return f"({' OR '.join(f'gamma_{self.name} BETWEEN {low} AND {high}' for low, high in ranges)})"

    def code(self, level: Level) -> str:
        """The level's code, unique over all comparisons."""
        return f"{self.name}.{level.code}"

    def written_out(self, condition: str) -> str:
        """A condition with the SQL of its measures in their places."""
        return filled(condition, {name: f"({sql})" for name, sql in self.measures.items()})


OTHERWISE = "ELSE"
NOTHING_TO_COMPARE = -1
"""The comparison vector value of a comparison that says nothing."""


def filled(condition: str, values: Mapping[str, str]) -> str:
    """A condition with values in the places of its measures."""
    for name, value in values.items():
        condition = condition.replace(f"{{{name}}}", value)
    return condition


def either_missing(*columns: str) -> str:
    """SQL that is true when for each column one side at least does not state it."""
    return " AND ".join(f"({column}_l IS NULL OR {column}_r IS NULL)" for column in columns)


def in_common(column: str) -> str:
    """SQL that is true when the two lists have an entry in common."""
    return f"list_has_any({column}_l, {column}_r)"


def one_in_other(column: str, other: str) -> str:
    """SQL that is true when an entry of one column on either side stands in another column on the other side."""
    return (
        f"coalesce(list_has_any({column}_l, {other}_r), false) OR coalesce(list_has_any({other}_l, {column}_r), false)"
    )


def any_pair(column: str, test: str) -> str:
    """SQL that is true when `test` holds for some x of the left and y of the right list."""
    inner = f"len(list_filter({column}_r, lambda y: {test})) > 0"
    return f"len(list_filter({column}_l, lambda x: {inner})) > 0"


def edited(edits: int) -> str:
    """SQL that is true when x and y are at most `edits` characters or exchanges of neighbours apart.

    Damerau and Levenshtein's distance takes microseconds; texts that do not share most of their
    characters, or differ more in length, are told apart before.
    """
    near = f"abs(length(x) - length(y)) <= {edits} AND jaccard(x, y) >= 0.5"
    return f"CASE WHEN {near} THEN damerau_levenshtein(x, y) <= {edits} ELSE false END"
