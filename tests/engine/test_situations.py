"""What becomes of people's records, situation by situation: `situations.yaml` says what should, this plays it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from resolver.domain.errors import ResolverError
from resolver.domain.record import Contact, ContactKind, Minor, NameKind, NameQuality, PersonName
from resolver.domain.verdict import Basis, Justification, VerdictKind, VerdictState, Word
from resolver.engine.asked.judgements import (
    ClaimTask,
    ConfirmVerdict,
    GiveVerdict,
    MergeIdentities,
    ResolveTask,
    SplitIdentity,
    WithdrawVerdict,
)
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.store.judgements import TaskFilter
from tests.people import person, submission

TABLE = yaml.safe_load(Path(__file__).with_name("situations.yaml").read_text(encoding="utf-8"))
NEVER_USED = "new"


def record_of(key, kind):
    """A kind of record under a name of its own."""
    stated = dict(TABLE["people"][kind])
    also, nom_de_guerre, phone, minor = (stated.pop(it, None) for it in ("also", "nom_de_guerre", "phone", "minor"))
    record = person(key, **stated)
    identities = record.identities
    if nom_de_guerre:
        names = (PersonName(nom_de_guerre, NameKind.NOM_DE_GUERRE, NameQuality.LOW),)
        identities = (replace(identities[0], names=names),)
    if also:
        identities += record_of(key, also).identities
    return replace(
        record,
        identities=identities,
        contacts=(Contact(ContactKind.PHONE, phone),) if phone else (),
        minor=Minor.YES if minor else record.minor,
    )


def word(kind, basis="examiner"):
    return Word(
        VerdictKind[kind.upper()], Basis[basis.upper()], Justification.NOT_ASSESSED, "compared the files", "ex-1"
    )


class Stage:
    """A service on a file, and records that a situation knows by a letter."""

    def __init__(self, path):
        self._path = path
        self.engine = open_engine(path)
        self.given = {}
        self.decided = None

    def play(self, step):
        """Carries out the verbs of a step."""
        for verb in ("send", "together", "withdraw", "restart", "say", "unsay", "merge", "split", "settle"):
            if verb in step:
                getattr(self, f"_{verb}")(step[verb])

    def names(self):
        """The name of each present record's identity."""
        return {
            record.rpartition("/")[2]: identity.name
            for identity in self.engine.reader.identities(0, 1_000, 0)
            for record in identity.records
        }

    def tasks(self):
        """The reasons of open tasks, by the records that they are about."""
        now = datetime.now(UTC).replace(tzinfo=None)
        some = self.engine.reader.judgements.tasks(0, 100, TaskFilter("", "", (), False, now))
        return {
            " ".join(sorted(end.rpartition("/")[2] for end in (task.task.link.left, task.task.link.right))): task
            for task in some
        }

    def _write(self, *commands, judgement=None):
        write = Write(commands, atomic=judgement is not None, judgement=judgement)
        return self.engine.submit(write).result(timeout=60)

    def _judge(self, judgement):
        (told,) = self._write(judgement=judgement)
        for verdict in told.verdicts:
            if verdict.state is VerdictState.PENDING:
                (told,) = self._write(judgement=ConfirmVerdict(verdict.number, "ex-2", ""))
        self.decided = told.decision

    def _send(self, kinds):
        for key, kind in kinds.items():
            self._together({key: kind})

    def _together(self, kinds):
        *_, self.decided = self._write(*(submission(record_of(key, kind)) for key, kind in kinds.items()))
        for key, name in self.names().items():
            self.given.setdefault(key, name)

    def _withdraw(self, key):
        (self.decided,) = self._write(Withdrawal(_full(key)))

    def _restart(self, _):
        self.engine.close()
        self.engine = open_engine(self._path)

    def _say(self, said):
        one, other, *how = said.split()
        self._judge(GiveVerdict(_full(one), _full(other), word(*how)))

    def _unsay(self, pair):
        on = self.engine.reader.judgements.between(*map(_full, pair.split()))
        newest = [verdict.number for verdict in on if verdict.state is VerdictState.STANDING][-1]
        self._judge(WithdrawVerdict(newest, "ex-2", "a mistake", ""))

    def _merge(self, pair):
        one, other = (self.names()[key] for key in pair.split())
        self._judge(MergeIdentities(one, other, ("", ""), word("same")))

    def _split(self, leaving):
        keys = leaving.split()
        self._judge(SplitIdentity(self.names()[keys[0]], "", tuple(map(_full, keys)), word("different")))

    def _settle(self, said):
        one, other, kind = said.split()
        task = self.tasks()[f"{one} {other}"].task.name
        self._write(judgement=ClaimTask(task, "ex-1", timedelta(hours=1), ""))
        self._judge(ResolveTask(task, "", word(kind)))


def _full(key):
    return f"sources/aaa/records/{key}"


@pytest.mark.parametrize("situation", TABLE["situations"], ids=lambda situation: situation["it"])
def test_what_should_become_of_it_does(tmp_path, situation):
    stage = Stage(tmp_path / "store.duckdb")
    try:
        for step in situation["play"]:
            if "refused" in step:
                before = stage.engine.reader.head(), stage.names(), stage.tasks()
                with pytest.raises(ResolverError) as caught:
                    stage.play(step)
                assert caught.value.reason.name == step["refused"]
                assert (stage.engine.reader.head(), stage.names(), stage.tasks()) == before
                continue
            stage.play(step)
            _compare(stage, step)
        _every_name_ever_given_leads_somewhere(stage)
        _the_feed_tells_all(stage)
    finally:
        stage.engine.close()


def _compare(stage, step):
    names = stage.names()
    if "are" in step:
        members = {}
        for key, name in names.items():
            members.setdefault(name, []).append(key)
        assert " | ".join(sorted(" ".join(sorted(keys)) for keys in members.values())) == step["are"]
        asked = {pair: task.task.reason.name for pair, task in stage.tasks().items()}
        assert asked == step.get("ask", {})
    if "decided" in step:
        assert stage.decided.kind.name == step["decided"]
    for key in names if "are" in step else ():
        named = step.get("named", {}).get(key, key)
        if named == NEVER_USED:
            assert names[key] not in {name for other, name in stage.given.items() if other != key}
        else:
            assert names[key] == stage.given[named], f"{key} has another name than {named} was given"


def _every_name_ever_given_leads_somewhere(stage):
    names = stage.names()
    for key in names:
        found = stage.engine.reader.forward(stage.given[key])
        assert found is not None
        assert found.identity.name in names.values()


def _the_feed_tells_all(stage):
    told = {}
    for decision in stage.engine.reader.decisions(0, 1_000):
        for change in decision.changes:
            told |= {record.rpartition("/")[2]: change.after for record in change.records}
    assert {key: name for key, name in told.items() if name} == stage.names()
