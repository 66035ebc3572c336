"""A scenario in two worlds, and all that its viewer is answered in each."""

from copy import copy
from dataclasses import replace
from datetime import timedelta

from ftf.resolution.v1 import (
    consumer_service_pb2,
    decision_service_pb2,
    identity_service_pb2,
    record_service_pb2,
    reresolution_service_pb2,
    resolution_service_pb2,
    review_service_pb2,
    verdict_service_pb2,
)
from resolver.jobs.sweeping import sweep
from tests.counts import THOROUGH
from tests.noninterference.asking import Asker
from tests.noninterference.comparing import differences
from tests.noninterference.knowledge import NEVER, Hearsay, Known
from tests.noninterference.moves import (
    OWNERS,
    Acknowledge,
    Claim,
    Confirm,
    Follow,
    Judge,
    Scenario,
    Send,
    Stage,
    Sweep,
    TakeBack,
    Together,
    Withdraw,
    secret,
)
from tests.noninterference.people import handled, record
from tests.noninterference.reads import CONSUMER, FOREIGN_CONSUMER, LISTS, READS, TELLING, some
from tests.noninterference.worlds import BEGINNING, World
from tests.noninterference.writes import CHANGING, REFUSED, WRITES

OTHERS_PURPOSE = "investigate"
_WORD = {
    "basis": verdict_service_pb2.VERDICT_BASIS_EXAMINER,
    "justification": verdict_service_pb2.JUSTIFICATION_NOT_ASSESSED,
    "reason": "an examiner saw both files",
}
_FIRST, _SECOND = range(2)


def long_lists(scenario):
    """Lists that are read a little at a time, while much happens."""
    return [
        identity_service_pb2.ListIdentitiesRequest(page_size=1),
        verdict_service_pb2.ListVerdictsRequest(page_size=1),
        review_service_pb2.ListReviewTasksRequest(page_size=1),
        decision_service_pb2.ListDecisionsRequest(page_size=3),
        record_service_pb2.ListRecordsRequest(page_size=1, parent=scenario.slots[0].source),
    ]


class Run:
    """One scenario in its two worlds."""

    def __init__(self, scenario: Scenario, worlds: tuple[World, World]) -> None:
        self.scenario = scenario
        self.worlds = worlds
        self.own = f"{scenario.viewer.country}/{scenario.viewer.authority}"
        self.foreign = next(owner for owner in OWNERS if owner != self.own)
        self.viewers = [Asker(world.channels[self.own], scenario.viewer.purpose) for world in worlds]
        self.hearsay = Hearsay()
        self.verdicts = [{}, {}]
        self.cursors = ["", ""]
        self.lists = [long_lists(scenario), long_lists(scenario)]
        self.minute = 0
        self._taken = {}

    def differences(self):
        """Where the viewer was answered otherwise."""
        first, second = self.viewers
        return differences(first.calls, second.calls)

    def happen(self):
        """Everything that comes before the viewer asks."""
        for name, owner in ((FOREIGN_CONSUMER, self.foreign), (CONSUMER, self.own)):
            create = consumer_service_pb2.CreateConsumerRequest(consumer_id=name.partition("/")[2])
            for which in (_FIRST, _SECOND):
                assert self._as(which, owner).ask(create) is not None
        following = [viewer.follow() for viewer in self.viewers]
        for move in self.scenario.moves:
            self._next_minute()
            for which in (_FIRST, _SECOND):
                self._move(which, move)
        for end in following:
            end()

    def read(self, methods=tuple(READS)):
        """The viewer asks what changes nothing: by all methods, or by some."""
        self._next_minute()
        known = self._known()
        for viewer in self.viewers:
            for method in methods:
                READS[method](viewer, known)

    def write(self, methods=(*WRITES, *REFUSED)):
        """The viewer asks what changes something, or would, if it might: by all methods, or by some."""
        known = self._known()
        for ask in dict.fromkeys({**WRITES, **REFUSED}[method] for method in methods):
            self._next_minute()
            for viewer in self.viewers:
                ask(viewer, known)

    def again(self):
        """The same, of which nothing was kept yet that the viewer was answered."""
        other = copy(self)
        other.viewers = [replace(viewer, calls=[]) for viewer in self.viewers]
        return other

    def _next_minute(self):
        self.minute += 1
        for world in self.worlds:
            world.at(self.minute)

    def _known(self):
        names = tuple(dict.fromkeys([*(slot.name for slot in self.scenario.slots), NEVER]))
        by = self.worlds[_FIRST].engine.names
        return Known(
            self.own,
            names,
            tuple(by.name(0, name) for name in names),
            self.hearsay,
            tuple(BEGINNING + timedelta(minutes=minute) for minute in some((self.minute // 2, self.minute - 1), 1)),
        )

    def _as(self, which, owner):
        """The viewer, whose calls are kept, or somebody else."""
        if owner == self.own:
            return self.viewers[which]
        return Asker(self.worlds[which].channels[owner], OTHERS_PURPOSE)

    def _told(self, which, owner, request):
        """What somebody is answered; where it is not the viewer, it may be told to the viewer."""
        asker = self._as(which, owner)
        answer = asker.ask(request)
        if answer is not None and owner != self.own:
            self.hearsay.hear(answer)
        return answer, asker.last.answer

    def _move(self, which, move):
        match move:
            case Send():
                self._send(which, move)
            case Together():
                self._send_together(which, move)
            case Stage():
                self._stage(which, move)
            case Withdraw():
                request = resolution_service_pb2.WithdrawRecordRequest(name=move.slot.name)
                self._told(which, move.slot.owner, request)
            case Judge() | TakeBack() | Confirm() | Claim():
                self._judge(which, move)
            case Acknowledge():
                self._acknowledge(which)
            case Sweep():
                sweep(self.worlds[which].engine)
            case Follow():
                self._follow(which)

    def _send(self, which, move):
        request = self._sent(which, move)
        if request is not None:
            _, answer = self._told(which, move.slot.owner, request)
            assert answer.ok, answer.details

    def _stage(self, which, move):
        if which == _FIRST and move.slot.secret:
            return
        staged = handled(record(move.slot.name, move.slot.owner, move.person, move.shape), move.handling, move.mark)
        request = reresolution_service_pb2.StageRecordsRequest(records=[staged], whole=True)
        self._told(which, move.slot.owner, request)

    def _send_together(self, which, move):
        requests = [request for send in move.sends if (request := self._sent(which, send)) is not None]
        if requests:
            batch = resolution_service_pb2.BatchResolveRecordsRequest(requests=requests)
            _, answer = self._told(which, move.sends[0].slot.owner, batch)
            assert answer.ok, answer.details

    def _sent(self, which, move):
        """What the owner asks in a world; None for nothing."""
        stated, mark = (move.person, move.shape), move.mark
        if which == _FIRST:
            if move.slot.secret and move.instead is None:
                return None
            if move.instead is not None:
                stated, mark = move.instead, mark + 1
        message = handled(record(move.slot.name, move.slot.owner, *stated), move.handling, mark)
        if move.expires:
            message.retention.expiry_date.year = BEGINNING.year - 1
        return resolution_service_pb2.ResolveRecordRequest(record=message)

    def _judge(self, which, move):
        request = self._judgement(which, move)
        if request is None or not (secret(move) or self._both_take(move)):
            return
        answer, _ = self._told(which, move.examiner, request)
        if answer is not None and isinstance(move, Judge):
            self.verdicts[which][move.left, move.right] = answer.verdicts[0].name

    def _both_take(self, move):
        """Whether whoever judges is not refused in either world.

        What others see may differ, and what they do because of it is theirs; here they do the same in both worlds.
        """
        if self.minute not in self._taken:
            tried = []
            for which in (_FIRST, _SECOND):
                request = self._judgement(which, move)
                if request is not None:
                    request.validate_only = True
                    tried.append(self._as(which, move.examiner).ask(request) is not None)
            self._taken[self.minute] = tried == [True, True]
        return self._taken[self.minute]

    def _judgement(self, which, move):
        if isinstance(move, Judge):
            word = {**_WORD, "basis": move.basis, "examiner": f"ex-{move.examiner}"}
            verdict = verdict_service_pb2.Verdict(left=move.left.name, right=move.right.name, kind=move.kind, **word)
            return verdict_service_pb2.CreateVerdictRequest(verdict=verdict)
        if isinstance(move, Claim):
            of = self.worlds[which].engine.names
            one, other = (of.name(0, slot.name).partition("/")[2] for slot in (move.left, move.right))
            return review_service_pb2.ClaimReviewTaskRequest(name=f"reviewTasks/{one}-{other}", examiner="ex-3")
        name = self.verdicts[which].get((move.left, move.right))
        if name is None:
            return None
        if isinstance(move, Confirm):
            return verdict_service_pb2.ConfirmVerdictRequest(name=name, examiner="ex-4")
        return verdict_service_pb2.WithdrawVerdictRequest(name=name, examiner="ex-2", reason="a mistake")

    def _acknowledge(self, which):
        asker = self._as(which, self.foreign)
        watch = decision_service_pb2.WatchDecisionsRequest(stop_at_end=True, consumer=FOREIGN_CONSUMER)
        for told in asker.ask(watch)[-1:]:
            request = decision_service_pb2.AcknowledgeDecisionsRequest(consumer=FOREIGN_CONSUMER, cursor=told.cursor)
            assert asker.ask(request) is not None

    def _follow(self, which):
        viewer = self.viewers[which]
        watch = decision_service_pb2.WatchDecisionsRequest(stop_at_end=True, cursor=self.cursors[which])
        for told in viewer.ask(watch)[-1:]:
            self.cursors[which] = told.cursor
            viewer.ask(decision_service_pb2.AcknowledgeDecisionsRequest(consumer=CONSUMER, cursor=told.cursor))
        # Each list goes on where it was before all that happened meanwhile.
        for request in self.lists[which]:
            answer = viewer.ask(request)
            request.page_token = "" if answer is None else answer.next_page_token


def run(scenario, worlds, *, whole=True):
    """Everything happens, and the viewer asks everything; after what it has written, again for what there is.

    Not `whole`: it asks by few methods, those that tell most.
    """
    one = Run(scenario, worlds)
    one.happen()
    one.read(tuple(READS) if whole else TELLING)
    one.write((*WRITES, *REFUSED) if whole else CHANGING)
    one.read(tuple(READS) if THOROUGH else LISTS[:4])
    return one
