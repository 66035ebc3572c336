"""Who carries out which write: the ledger changes, the judge judgements, the registrar changes of who follows,
the bookkeeper operations, the keeper what falls due, the vetter what is said of models, the bringer staged sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from resolver.access.rights import WriteRights
from resolver.domain.answer import Answer, RecordAnswer
from resolver.domain.decision import Decision
from resolver.domain.errors import FieldViolation, InvalidInput, ResolverError
from resolver.domain.handling import Viewer
from resolver.domain.verdict import Ruled, Verdict
from resolver.engine.asked.consumers import Registration
from resolver.engine.asked.judgements import Judgement
from resolver.engine.asked.models import Vetting
from resolver.engine.asked.operations import Operating
from resolver.engine.asked.plan_steps import Step
from resolver.engine.asked.retention import Keeping
from resolver.engine.asked.source_steps import SourceStep
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Change, Sender, Write, rounds
from resolver.engine.officers.bookkeeper import Bookkeeper
from resolver.engine.officers.bringer import Bringer
from resolver.engine.officers.counters import Counters
from resolver.engine.officers.dry_runs import DryRuns
from resolver.engine.officers.judge import Judge
from resolver.engine.officers.keeper import Keeper
from resolver.engine.officers.ledger import Ledger
from resolver.engine.officers.planner import Planner
from resolver.engine.officers.refusing import refusal
from resolver.engine.officers.registrar import Registrar
from resolver.engine.officers.vetter import Vetter
from resolver.engine.queued import Answers
from resolver.store.answer_rows import answers_from_text, sequences_in
from resolver.store.receipts import untold
from resolver.store.writer import Writer


class Carrier:
    """Belongs to the writer's thread."""

    def __init__(
        self,
        writer: Writer,
        ledger: Ledger,
        dry_runs: DryRuns,
        judge: Judge,
        registrar: Registrar,
        bookkeeper: Bookkeeper,
        planner: Planner,
        keeper: Keeper,
        vetter: Vetter,
        bringer: Bringer,
    ) -> None:
        self._writer = writer
        self._ledger = ledger
        self._dry_runs = dry_runs
        self._judge = judge
        self._registrar = registrar
        self._keeper = keeper
        self._bookkeeper = bookkeeper
        self._planner = planner
        self._vetter = vetter
        self._bringer = bringer

    def carry_out(
        self, writes: Sequence[Write], earlier: Mapping[str, tuple[bytes, str]], counters: Counters
    ) -> list[Answers | ResolverError]:
        """Carries writes out within the writer's transaction. An error among the answers is that of a whole write.

        `earlier` has digest and first answer of those that are repeats.
        """
        answers: dict[int, Answers | ResolverError] = {}
        shared: list[int] = []
        for place, write in enumerate(writes):
            if write.request_key in earlier:
                digest, text = earlier[write.request_key]
                answers[place] = self._first_answer(text, write.viewer) if digest == write.digest else write.reused()
            elif write.note is not None:
                answers[place] = ()
            elif write.judgement is not None:
                answers[place] = self._judged(write.judgement, write.sender, counters)
            elif write.step is not None:
                answers[place] = self._stepped(write.step, write.rights, counters)
            elif write.registration is not None:
                answers[place] = self._registered(write.registration, counters)
            elif write.keeping is not None:
                answers[place] = self._kept(write.keeping, write.rights, counters)
            elif write.operating is not None:
                answers[place] = self._operated(write.operating, counters)
            elif write.vetting is not None:
                answers[place] = self._vetted(write.vetting, counters)
            elif write.atomic and len(write.changes) > 1:
                answers |= self._together(writes, shared, counters)
                shared = []
                answers[place] = self._atomic(write, counters)
            else:
                shared.append(place)
        answers |= self._together(writes, shared, counters)
        return [answers[place] for place in range(len(writes))]

    def _together(
        self, writes: Sequence[Write], places: Sequence[int], counters: Counters
    ) -> dict[int, Answers | ResolverError]:
        """Carries the changes of several writes out in common rounds."""
        changes: list[Change | ResolverError] = [change for place in places for change in writes[place].changes]
        refused = ((place, change) for place, change in enumerate(changes) if isinstance(change, ResolverError))
        found: dict[int, RecordAnswer] = dict(refused)
        senders = [writes[place].sender for place in places for _ in writes[place].changes]
        for run in rounds(tuple(changes)):
            found |= self._ledger.carry_out(run, senders, counters)
        answers: dict[int, Answers | ResolverError] = {}
        start = 0
        for place in places:
            end = start + len(writes[place].changes)
            told = tuple(found[i] for i in range(start, end))
            # A single change that is refused fails its write as a whole.
            failed = told[0] if writes[place].atomic else None
            answers[place] = failed if isinstance(failed, ResolverError) else told
            start = end
        return answers

    def _atomic(self, write: Write, counters: Counters) -> Answers | ResolverError:
        runs = list(rounds(write.changes))
        if len(runs) > 1:
            return InvalidInput((FieldViolation("requests", "name a record more than once"),))
        before = replace(counters)
        try:
            senders = [write.sender] * len(write.changes)
            found = self._ledger.carry_out(runs[0], senders, counters, atomic=True)
        except ResolverError as error:
            counters.number = before.number
            return error
        return tuple(found[place] for place in range(len(write.changes)))

    def _judged(self, judgement: Judgement, sender: Sender, counters: Counters) -> Answers | ResolverError:
        try:
            return (self._judge.carry_out(judgement, sender, counters),)
        except ResolverError as error:
            return error

    def _stepped(
        self, step: Step | SourceStep, rights: WriteRights | None, counters: Counters
    ) -> Answers | ResolverError:
        try:
            if isinstance(step, SourceStep):
                return (self._bringer.carry_out(step, rights, counters),)
            return (self._planner.carry_out(step, counters),)
        except ResolverError as error:
            return error

    def _registered(self, registration: Registration, counters: Counters) -> Answers | ResolverError:
        try:
            return (self._registrar.carry_out(registration, counters),)
        except ResolverError as error:
            return error

    def _kept(self, keeping: Keeping, rights: WriteRights | None, counters: Counters) -> Answers | ResolverError:
        try:
            return (self._keeper.carry_out(keeping, rights, counters),)
        except ResolverError as error:
            return error

    def _operated(self, operating: Operating, counters: Counters) -> Answers | ResolverError:
        try:
            return (self._bookkeeper.carry_out(operating, counters),)
        except ResolverError as error:
            return error

    def _vetted(self, vetting: Vetting, counters: Counters) -> Answers | ResolverError:
        try:
            return (self._vetter.carry_out(vetting, counters),)
        except ResolverError as error:
            return error

    def _first_answer(self, text: str, viewer: Viewer | None) -> Answers:
        sequences = sequences_in(text)
        decisions = self._writer.decisions(sequences, viewer)
        if len(decisions) < len(set(sequences)):
            decisions = {
                place: untold(whole) for place, whole in self._writer.decisions(sequences, None).items()
            } | decisions
        return answers_from_text(text, decisions.__getitem__)

    def try_out(self, writes: Sequence[Write], counters: Counters) -> dict[int, Answers]:
        """The answers, by their places, of those dry runs that can be tried out together, which touches no table."""
        new = self._new_records(writes)
        if not new:
            return {}
        decisions = self._dry_runs.try_out([(change, writes[place].viewer) for place, change in new.items()], counters)
        return {place: undecided((decision,)) for place, decision in zip(new, decisions, strict=True)}

    def _new_records(self, writes: Sequence[Write]) -> dict[int, Submission]:
        """Those of the dry runs, by their places, that are of one record not known yet, and may be no repeat."""
        single = {
            place: write.changes[0]
            for place, write in enumerate(writes)
            if len(write.changes) == 1 and not write.request_key
        }
        known = self._writer.known_records(
            [change.name for change in single.values() if isinstance(change, Submission)]
        )
        return {
            place: change
            for place, change in single.items()
            if isinstance(change, Submission)
            and not change.etag
            and change.name not in known
            and refusal(change, None, writes[place].rights) is None
        }


def undecided(answers: Answers) -> Answers:
    """The answers of a dry run: nothing has a place in the feed."""
    return tuple(map(_unplaced, answers))


def _unplaced(answer: Answer) -> Answer:
    if isinstance(answer, Decision):
        return replace(answer, sequence=0, verdicts=())
    if isinstance(answer, Ruled):
        decision = None if answer.decision is None else replace(answer.decision, sequence=0, verdicts=())
        return Ruled(tuple(map(_unnumbered, answer.verdicts)), decision)
    return answer


def _unnumbered(verdict: Verdict) -> Verdict:
    """A new verdict without the number that another may get; one that was there before keeps its own."""
    return verdict if verdict.revision > 1 else replace(verdict, number=0)
