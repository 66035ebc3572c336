"""What verdicts demand together: which of them decide, and whether they contradict each other.

On one pair the verdict with the highest basis decides, and the lower one comes back when that is withdrawn. Deciding
verdicts must fit: records that are the same through others cannot be different. One that does not fit is refused, with
the chain that shows it; no verdict overrules a chain, whatever its basis: which link is wrong is for a person to say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resolver.domain.verdict import Basis, VerdictKind


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict on two record numbers, the smaller first; `number` is the verdict's own."""

    left: int
    right: int
    kind: VerdictKind
    basis: Basis
    number: int

    @property
    def pair(self) -> tuple[int, int]:
        """The two record numbers."""
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class Rulings:
    """What deciding verdicts say, as neighbours of each record number, both ways."""

    same: Mapping[int, frozenset[int]]
    different: Mapping[int, frozenset[int]]


NO_RULINGS = Rulings({}, {})


def deciding(verdicts: Iterable[Ruling]) -> list[Ruling]:
    """For each pair the verdict with the highest basis; of equal ones the first given. In the order of their pairs."""
    best: dict[tuple[int, int], Ruling] = {}
    for verdict in verdicts:
        known = best.get(verdict.pair)
        if known is None or _precedence(verdict) > _precedence(known):
            best[verdict.pair] = verdict
    return [best[pair] for pair in sorted(best)]


def rulings(verdicts: Iterable[Ruling]) -> Rulings:
    """What the deciding ones among standing verdicts say."""
    said: dict[VerdictKind, dict[int, set[int]]] = {VerdictKind.SAME: {}, VerdictKind.DIFFERENT: {}}
    for verdict in deciding(verdicts):
        for one, other in ((verdict.left, verdict.right), (verdict.right, verdict.left)):
            said[verdict.kind].setdefault(one, set()).add(other)
    same, different = (
        {record: frozenset(others) for record, others in neighbours.items()} for neighbours in said.values()
    )
    return Rulings(same, different)


def contradiction(verdicts: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """Verdicts that cannot all hold, or none: a DIFFERENT first, then the shortest chain of SAME between its records.

    Two of equal basis on one pair that disagree are such a chain.
    """
    standing = list(verdicts)
    decided = deciding(standing)
    for verdict in decided:
        for other in standing:
            same_rank = other.pair == verdict.pair and other.basis == verdict.basis
            if same_rank and other.kind is not verdict.kind:
                return tuple(sorted((verdict, other), key=lambda one: one.kind is VerdictKind.SAME))
    links: dict[int, list[Ruling]] = {}
    for verdict in decided:
        if verdict.kind is VerdictKind.SAME:
            links.setdefault(verdict.left, []).append(verdict)
            links.setdefault(verdict.right, []).append(verdict)
    for verdict in decided:
        if verdict.kind is VerdictKind.DIFFERENT and (chain := _chain(verdict.left, verdict.right, links)):
            return verdict, *chain
    return ()


def fitting(verdicts: Iterable[Ruling]) -> list[Ruling]:
    """The verdicts without those DIFFERENT that others contradict: they say nothing as long as that is so.

    People who do not see each other's verdicts can give such. Those who see both are told by `contradiction`.
    """
    found = list(verdicts)
    while chain := contradiction(found):
        found.remove(chain[0])
    return found


def _chain(start: int, end: int, links: Mapping[int, list[Ruling]]) -> tuple[Ruling, ...]:
    """The shortest chain of SAME from one record to another; empty without one."""
    came_by: dict[int, Ruling] = {}
    queue = deque([start])
    while queue:
        record = queue.popleft()
        for link in links.get(record, ()):
            other = link.right if link.left == record else link.left
            if other == start or other in came_by:
                continue
            came_by[other] = link
            if other == end:
                return _walked_back(start, end, came_by)
            queue.append(other)
    return ()


def _walked_back(start: int, end: int, came_by: Mapping[int, Ruling]) -> tuple[Ruling, ...]:
    chain: list[Ruling] = []
    record = end
    while record != start:
        link = came_by[record]
        chain.append(link)
        record = link.right if link.left == record else link.left
    return tuple(reversed(chain))


def _precedence(verdict: Ruling) -> tuple[int, int]:
    return verdict.basis, -verdict.number
