"""Dry runs: what would become of new records, told without a transaction, many of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from resolver.domain.decision import Decision
from resolver.domain.finding import Finding
from resolver.domain.handling import Viewer
from resolver.engine.asked.submission import Submission
from resolver.engine.officers.accepting import content_in, flaws_in
from resolver.engine.officers.counters import Counters
from resolver.engine.officers.ledger import pairs_by_record
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.identity.visible_part import surroundings
from resolver.linkage.model import Model
from resolver.stopwatch import Phase, Stopwatch
from resolver.store.content import Content
from resolver.store.loading import load
from resolver.store.receipts import Receipts
from resolver.store.remembered import Remembered
from resolver.store.writer import Writer


class DryRuns:
    """Holds no state of its own beyond its tools."""

    def __init__(
        self,
        writer: Writer,
        receipts: Receipts,
        policy: Policy,
        model: Model,
        clock: Callable[[], datetime],
        stopwatch: Stopwatch,
    ) -> None:
        self._writer = writer
        self._receipts = receipts
        self._policy = policy
        self._model = model
        self._clock = clock
        self._phase = stopwatch.phase

    def try_out(self, tried: Sequence[tuple[Submission, Viewer | None]], counters: Counters) -> list[Decision]:
        """What would become of new records, each as if it came next and the others did not, of what its viewer sees.

        Nothing is changed.
        """
        now = max(self._clock(), counters.time)
        submissions = [submission for submission, _ in tried]
        with self._phase(Phase.STANDARDISE):
            made = [content_in(each, self._model) for each in submissions]
            found = [flaws_in(each, now) for each in submissions]
        # Numbered apart while they are scored, so that each is told its own pairs.
        content = dict(enumerate(made, start=counters.number + 1))
        with self._phase(Phase.SCORE):
            pairs = self._writer.score_apart(content)
        by_record = pairs_by_record([pair for pair in pairs if pair.left not in content or pair.right not in content])
        next_place = Counters(counters.number + 1, counters.sequence + 1, now)
        with self._phase(Phase.LOAD):
            around = self._around(by_record[number] for number in content if number in by_record)
        return [
            self._tried(submission, viewer, item, by_record.get(number, {}), flaws, next_place, around)
            for (submission, viewer), (number, item), flaws in zip(tried, content.items(), found, strict=True)
        ]

    def _tried(
        self,
        submission: Submission,
        viewer: Viewer | None,
        content: Content,
        pairs: Mapping[int, Pair],
        flaws: tuple[Finding, ...],
        place: Counters,
        around: Remembered,
    ) -> Decision:
        own = [replace(pair, left=other, right=place.number) for other, pair in pairs.items()]
        neighbourhood = Neighbourhood(self._policy)
        with self._phase(Phase.LOAD):
            uniting, loaded = self._uniting(pairs), set[int]()
            load(around, neighbourhood, uniting, loaded, pairs.keys())
            if viewer is not None and self._writer.around.guarded:
                load(around, neighbourhood, neighbourhood.facts.keys() - loaded, loaded)
        with self._phase(Phase.PARTITION):
            keys = neighbourhood.names | {place.number: submission.name}
            hidden = self._writer.around.hidden_from(viewer, neighbourhood)
            if hidden:
                seen = surroundings(neighbourhood, uniting, pairs.keys())
                neighbourhood = self._writer.around.seen(neighbourhood, seen, hidden, viewer)
                own = [pair for pair in own if pair.left not in hidden]
            outcome = neighbourhood.submit(place.number, content.facts, own)
            return self._receipts.decision(outcome, keys, 1, place.sequence, place.time, flaws)

    def _around(self, found: Iterable[Mapping[int, Pair]]) -> Remembered:
        """What lies around records with these pairs, by the other record, looked up for all of them at once."""
        around = self._writer.around.remembered()
        pairs = list(found)
        seeds = set().union(*map(self._uniting, pairs))
        load(around, Neighbourhood(self._policy), seeds, set(), set().union(*pairs))
        return around

    def _uniting(self, pairs: Mapping[int, Pair]) -> set[int]:
        return {other for other, pair in pairs.items() if pair.merges(self._policy)}
