"""The ledger: carries changes out within the writer's transaction.

standardise -> block -> score -> partition -> rows

What is flawed in a record is looked for on the way, and goes into its receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from resolver.domain.answer import RecordAnswer
from resolver.domain.handling import Viewer
from resolver.domain.record import source_of
from resolver.engine.asked.writes import Change, Sender
from resolver.engine.officers.accepting import Accepted, Round, round_of
from resolver.engine.officers.counters import Counters
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.identity.visible_part import Surroundings
from resolver.linkage.model import Model
from resolver.retention.policy import RetentionPolicy
from resolver.stopwatch import Phase, Stopwatch
from resolver.store.feed_rows import CommittedDecision
from resolver.store.receipts import Receipts, untold
from resolver.store.version_rows import AcceptedVersion
from resolver.store.writer import Writer


class Ledger:
    """Carries out rounds of changes. Holds no state of its own beyond its tools."""

    def __init__(
        self,
        writer: Writer,
        receipts: Receipts,
        policy: Policy,
        retention: RetentionPolicy,
        model: Model,
        clock: Callable[[], datetime],
        stopwatch: Stopwatch,
    ) -> None:
        self._writer = writer
        self._model = model
        self._phase = stopwatch.phase
        self._receipts = receipts
        self._policy = policy
        self._retention = retention
        self._clock = clock

    def carry_out(
        self,
        changes: Sequence[tuple[int, Change]],
        senders: Sequence[Sender],
        counters: Counters,
        *,
        atomic: bool = False,
        plan: int = 0,
    ) -> dict[int, RecordAnswer]:
        """Carries out changes to distinct records, in their order, each as the sender at its place may.

        `plan` is the number of the plan by which they come, if by one. Returns an answer for each place, of what its
        sender sees.

        Raises:
            ResolverError: with `atomic`, the first refusal; nothing was written then.
        """
        # A clock that is set back must not order decisions otherwise than the feed does.
        now = counters.time = max(self._clock(), counters.time)
        planned = self._plan(changes, senders, counters, now)
        if atomic and planned.refused:
            raise planned.refused[min(planned.refused)]
        answers: dict[int, RecordAnswer] = dict(planned.refused)
        if planned.accepted:
            for run in self._runs(planned):
                answers |= self._decide(run, senders, counters, now, plan)
        if planned.repeated:
            answers |= self._repeated(planned, senders, now)
        return answers

    def _plan(
        self,
        changes: Sequence[tuple[int, Change]],
        senders: Sequence[Sender],
        counters: Counters,
        now: datetime,
    ) -> Round:
        with self._phase(Phase.LOOK_UP):
            known = self._writer.known_records([change.name for _, change in changes])
        with self._phase(Phase.STANDARDISE):
            return round_of(changes, senders, known, counters, now, self._model)

    def _repeated(self, plan: Round, senders: Sequence[Sender], now: datetime) -> dict[int, RecordAnswer]:
        """Answers records that were sent again as they are."""
        numbers = [record.number for _, record, _ in plan.repeated]
        around = Neighbourhood(self._policy, identities=self._writer.identities(numbers))
        if self._writer.around.guarded:
            self._writer.around.load(around, numbers, set())
        identities = {
            place: self._seen_identity(record.number, senders[place].viewer, around)
            for place, record, _ in plan.repeated
        }
        oldest = self._writer.names({number for number in identities.values() if number is not None})
        return {
            place: self._receipts.unchanged(
                record.name,
                record.version,
                None if (own := identities[place]) is None else self._receipts.identity(own, oldest[own]),
                now,
                found,
            )
            for place, record, found in plan.repeated
        }

    def _seen_identity(self, record: int, viewer: Viewer | None, around: Neighbourhood) -> int | None:
        """The identity of a record as a viewer sees it; None where it does not see the record."""
        hidden = self._writer.around.hidden_from(viewer, around)
        if record in hidden:
            return None
        if hidden:
            component = around.component(record)
            around = self._writer.around.seen(around, Surroundings(component, component), hidden, viewer)
        return around.identities[record]

    def _runs(self, plan: Round) -> list[list[Accepted]]:
        """Parts the changes so that no run corrects two records that are linked.

        Both would lose their link before either has its new one, and the receipts would tell of a
        split that never was. What is in `plan.apart` comes last, each alone.
        """
        apart = {item.place for item in plan.apart}
        together = [item for item in plan.accepted if item.place not in apart]
        return [*self._runs_of(together), *([item] for item in plan.apart)]

    def _runs_of(self, changes: Sequence[Accepted]) -> list[list[Accepted]]:
        replaced = [item.record.number for item in changes if item.replaces]
        if len(replaced) < 2:
            return [list(changes)] if changes else []
        linked = Neighbourhood(self._policy)
        self._writer.around.load(linked, replaced, set())
        runs: list[list[Accepted]] = []
        run_of: dict[int, int] = {}
        for accepted in changes:
            number = accepted.record.number
            neighbours = linked.pairs.get(number, {})
            run = max((run_of[other] + 1 for other in neighbours if other in run_of), default=0)
            run_of[number] = run
            runs += [[] for _ in range(run + 1 - len(runs))]
            runs[run].append(accepted)
        return runs

    def _decide(
        self, run: Sequence[Accepted], senders: Sequence[Sender], counters: Counters, now: datetime, plan: int
    ) -> dict[int, RecordAnswer]:
        writer = self._writer
        content = {item.record.number: item.content for item in run if item.content is not None}
        replaced = [item.record.number for item in run if item.replaces]
        neighbourhood = Neighbourhood(self._policy)
        loaded: set[int] = set()
        with self._phase(Phase.LOAD):
            writer.around.load(neighbourhood, replaced, loaded)
        with self._phase(Phase.SCORE):
            pairs = writer.replace_content(replaced, content)
        by_record = pairs_by_record(pairs)
        with self._phase(Phase.LOAD):
            judged = writer.around.load_verdicts(neighbourhood, content)
            # Only merging pairs and verdicts make one component; who is merely alike needs no regrouping.
            united = {end for pair in pairs if pair.merges(self._policy) for end in (pair.left, pair.right)} | judged
            writer.around.load(neighbourhood, united - content.keys(), loaded, by_record.keys() - content.keys())
            writer.around.load_ends(neighbourhood, loaded)
            # A record that comes back, and that a verdict led to, is not there before its turn.
            for number in content.keys() - set(replaced):
                neighbourhood.facts.pop(number, None)
            teller = writer.around.teller(neighbourhood, (item.record.number for item in run))
        keys = neighbourhood.names | {item.record.number: item.record.name for item in run}
        waiting = set(content)
        answers: dict[int, RecordAnswer] = {}
        decisions: list[CommittedDecision] = []
        with self._phase(Phase.PARTITION):
            for item in run:
                number = item.record.number
                waiting.discard(number)
                if item.content is None:
                    told = teller.withdraw(number)
                else:
                    present = [pair for other, pair in by_record.get(number, {}).items() if other not in waiting]
                    told = teller.submit(number, item.content.facts, present, item.record.guard)
                counters.sequence += 1
                decision = self._receipts.committed(
                    told,
                    keys,
                    {number: item.record.version},
                    counters.sequence,
                    now,
                    findings=item.findings,
                    plan=plan,
                    former_country=item.former_country,
                )
                answers[item.place] = decision.to(senders[item.place].viewer) or untold(decision.decision)
                decisions.append(decision)
        with self._phase(Phase.WRITE):
            writer.write_pairs(pairs)
            writer.write_versions(
                [
                    AcceptedVersion(item.record, source_of(item.record.name), now, item.payload, item.marking)
                    for item in run
                ]
            )
            self._write_retention(run, now)
            writer.write_decisions(decisions)
        return answers

    def _write_retention(self, run: Sequence[Accepted], now: datetime) -> None:
        """Writes down how long records are kept; a correction that states nothing else of that changes nothing."""
        known = self._writer.retention.kept([item.record.number for item in run if item.record.version > 1])
        entered, changed = [], []
        for item in run:
            if item.stated is not None:
                record, before = item.record, known.get(item.record.number)
                kept = self._retention.kept(record.number, source_of(record.name), item.stated, now.date(), before)
                if before is None:
                    entered.append(kept)
                elif kept != before:
                    changed.append(kept)
        self._writer.write_retention(entered, replacing=False)
        if changed:
            self._writer.write_retention(changed, replacing=True)


def pairs_by_record(pairs: Sequence[Pair]) -> dict[int, dict[int, Pair]]:
    """The pairs of each record, by the other record."""
    found: dict[int, dict[int, Pair]] = {}
    for pair in pairs:
        found.setdefault(pair.left, {})[pair.right] = pair
        found.setdefault(pair.right, {})[pair.left] = pair
    return found
