"""What the demo shows of views: two countries over mutual TLS, one of which keeps a record from the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from google.protobuf import json_format
from rich.console import Console
from rich.table import Table

from ftf.resolution.v1.decision_pb2 import Decision
from ftf.resolution.v1.decision_service_pb2 import WatchDecisionsRequest
from ftf.resolution.v1.record_pb2 import Record
from ftf.resolution.v1.record_service_pb2 import GetRecordRequest
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest
from ftf_client import Client, NotFound, connect
from resolver.cli.child_server import child_process
from resolver.cli.development_folder import DevelopmentFolder
from resolver.cli.marking_report import words_by_record
from resolver.cli.output import message_json
from resolver.cli.words import kind_name
from resolver.domain.caller import Caller

_OWNER: Final = Caller("FRA", "ncb", "records")
_OTHER: Final = Caller("DEU", "bka", "records")
_HIDDEN: Final = "sources/fra-ncb-1/records/1"
_OWN: Final = "sources/deu-bka-1/records/1"
_WHOSE: Final = {_HIDDEN: f"{_OWNER.country}'s", _OWN: f"{_OTHER.country}'s"}
_NAMES: Final = {_HIDDEN: "Zelimkhan Khasanov", _OWN: "Зелимхан Хасанов"}
_MARKINGS: Final[Mapping[str, Any]] = {
    _HIDDEN: {"classification": "CLASSIFICATION_CONFIDENTIAL", "codes": ["H1"]},
    _OWN: {"classification": "CLASSIFICATION_RESTRICTED"},
}
_PERSON: Final[dict[str, Any]] = {
    "births": [{"earliest": {"year": 1985, "month": 3, "day": 4}}],
    "nationalities": ["RUS"],
    "sexes": ["SEX_MALE"],
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A step: what is done, what who did it is answered, and what the feed tells each country then."""

    what: str
    answer: str
    feeds: Mapping[str, Sequence[Decision]]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        feeds = {country: list(map(message_json, told)) for country, told in self.feeds.items()}
        return {"what": self.what, "answer": self.answer, "feeds": feeds}


def two_countries(folder: Path, case_reference: str) -> Iterator[Scene]:
    """Plays the scenes on a server of their own."""
    with _connected(folder, case_reference) as (owner, other):
        us, them = _OWNER.country, _OTHER.country

        def scene(what: str, act: Callable[[], str]) -> Scene:
            answer = act()
            return Scene(what, answer, {us: owner.told(), them: other.told()})

        yield scene(f"{us} sends a record that {them} may not see", lambda: owner.send(_HIDDEN, hidden_from=[them]))
        yield scene(f"{them} asks for it by name", lambda: other.ask(_HIDDEN))
        yield scene(f"{them} sends a record of the same person", lambda: other.send(_OWN))
        yield scene(f"{us} lets everybody see its record", lambda: owner.send(_HIDDEN))
        yield scene(f"{them} asks for it again", lambda: other.ask(_HIDDEN))


def print_scenes(console: Console, scenes: Sequence[Scene]) -> None:
    """Prints one line a scene."""
    table = Table(show_edge=False, pad_edge=False)
    for title in ("what happens", "the answer", *(f"the feed tells {country}" for country in scenes[0].feeds)):
        table.add_column(title, overflow="fold")
    for scene in scenes:
        table.add_row(scene.what, scene.answer, *("\n".join(map(_told, told)) for told in scene.feeds.values()))
    console.print(table)


class _Country:
    """A country over its own certificate, and how far it has followed the feed."""

    def __init__(self, connection: Client) -> None:
        self._connection, self._cursor = connection, ""

    def send(self, name: str, hidden_from: Sequence[str] = ()) -> str:
        """Sends a record of the person; returns what its receipt says."""
        identity = {"names": [{"fullName": _NAMES[name], "kind": "NAME_KIND_PRIMARY"}], **_PERSON}
        handling = {"deniedCountries": list(hidden_from), **_MARKINGS.get(name, {})}
        stated = {"name": name, "identities": [identity], "handling": handling}
        record = json_format.ParseDict(stated, Record())
        receipt: Decision = self._connection.resolution.ResolveRecord(ResolveRecordRequest(record=record))
        return kind_name(receipt.kind)

    def ask(self, name: str) -> str:
        """Asks for a record; returns whose it is, or that there is none."""
        try:
            record: Record = self._connection.records.GetRecord(GetRecordRequest(name=name))
        except NotFound as error:
            return error.code.name
        return f"a record of {record.owner.country}"

    def told(self) -> list[Decision]:
        """What the feed tells that it did not tell before."""
        request = WatchDecisionsRequest(cursor=self._cursor, stop_at_end=True)
        found = []
        for message in self._connection.decisions.WatchDecisions(request):
            self._cursor = message.cursor
            if message.HasField("decision"):
                found.append(message.decision)
        return found


@contextmanager
def _connected(folder: Path, case_reference: str) -> Iterator[tuple[_Country, _Country]]:
    development = DevelopmentFolder(folder / "certificates")
    development.fill((_OWNER, _OTHER))
    with ExitStack() as stack:
        address = stack.enter_context(child_process(folder, "countries", development.protection))

        def country(caller: Caller) -> _Country:
            tls = development.tls(caller)
            connection = connect(address, purpose="identify", case_reference=case_reference, tls=tls)
            return _Country(stack.enter_context(connection))

        yield country(_OWNER), country(_OTHER)


def _told(decision: Decision) -> str:
    marked = words_by_record(decision.record_markings).get(decision.record, "")
    return f"{_WHOSE[decision.record]} record: {kind_name(decision.kind)}{marked}"
