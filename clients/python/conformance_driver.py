"""The driver of this client in the conformance suite; clients/conformance/README.md says what it has to do."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

from ftf.resolution.v1.consumer_service_pb2 import CreateConsumerRequest
from ftf.resolution.v1.decision_pb2 import Decision
from ftf.resolution.v1.decision_service_pb2 import (
    AcknowledgeDecisionsRequest,
    ListDecisionsRequest,
    WatchDecisionsRequest,
)
from ftf.resolution.v1.record_pb2 import Record
from ftf.resolution.v1.record_service_pb2 import GetRecordRequest
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest, ResolveRecordsResult, WithdrawRecordRequest
from ftf_client import (
    Client,
    FeedFollower,
    Persistence,
    PlainTextRefused,
    RecordSender,
    ServiceError,
    Tls,
    batched,
    connect,
    error_of_status,
    pages,
)

Json = dict[str, Any]


class HandlerFailed(Exception):
    """What a handler raises when it is told to fail."""


class Log:
    """A cursor store: a file of lines, each the cursor and the decision that was handled with it."""

    def __init__(self, path: Path) -> None:
        whole = path.read_bytes().rpartition(b"\n")[0].splitlines() if path.exists() else []
        self._cursor = json.loads(whole[-1])["cursor"] if whole else ""
        self._file = path.open("ab")
        self._file.truncate(sum(len(line) + 1 for line in whole))
        self._handled: Json | None = None

    def load(self) -> str:
        return self._cursor

    @contextmanager
    def keeping(self, cursor: str) -> Iterator[None]:
        self._handled = None
        yield
        self._file.write(json.dumps({"cursor": cursor, "decision": self._handled}).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._cursor = cursor

    def handle(self, decision: Decision) -> None:
        self._handled = as_json(decision)


class Driver:
    """One method for each operation."""

    client: Client

    def connect(
        self,
        address: str,
        tls: Json | None = None,
        purpose: str = "identify",
        case_reference: str = "conformance",
        timeout: float = 30,
        patience: float = 20,
        pause: float = 0.05,
    ) -> Json:
        if hasattr(self, "client"):
            self.client.close()
        self.client = connect(
            address,
            purpose=purpose,
            case_reference=case_reference,
            tls=Tls(**{name: Path(path) for name, path in tls.items()}) if tls else None,
            timeout=timeout,
            persistence=Persistence(patience, pause),
        )
        return {}

    def resolve(self, record: Json, timeout: float | None = None, **options: Any) -> Json:
        request = ResolveRecordRequest(record=parsed(record, Record()), **options)
        return {"decision": as_json(self.client.resolution.ResolveRecord(request, timeout=timeout))}

    def withdraw(self, **fields: Any) -> Json:
        return {"decision": as_json(self.client.resolution.WithdrawRecord(WithdrawRecordRequest(**fields)))}

    def get_record(self, name: str) -> Json:
        return {"record": as_json(self.client.records.GetRecord(GetRecordRequest(name=name)))}

    def list_decisions(self, **fields: Any) -> Json:
        found = list(pages(self.client.decisions.ListDecisions, ListDecisionsRequest(**fields)))
        return {"decisions": [as_json(each) for page in found for each in page.decisions], "pages": len(found)}

    def send(self, stream_id: str, records: list[Json], batch_size: int) -> Json:
        batches = batched((parsed(record, Record()) for record in records), batch_size)
        results, acknowledged = [], 0
        for batch, answers in RecordSender(self.client, stream_id, batches).acknowledged():
            results += [result(answer) for answer in answers]
            acknowledged = batch.sequence
        return {"results": results, "acknowledged": acknowledged}

    def follow(
        self,
        store: str,
        request: Json | None = None,
        stop_at_end: bool = False,
        stop_after: int = 0,
        fail_at: int = 0,
    ) -> Json:
        log = Log(Path(store))
        follower = FeedFollower(self.client, log, parsed(request or {}, WatchDecisionsRequest()))
        given = 0

        def handle(decision: Decision) -> None:
            nonlocal given
            given += 1
            if given == fail_at:
                raise HandlerFailed
            log.handle(decision)
            if given == stop_after:
                follower.stop()

        follower.follow(handle, stop_at_end=stop_at_end)
        return {"delivered": given}

    def create_consumer(self, request: Json) -> Json:
        return {"consumer": as_json(self.client.consumers.CreateConsumer(parsed(request, CreateConsumerRequest())))}

    def acknowledge(self, request: Json) -> Json:
        message = parsed(request, AcknowledgeDecisionsRequest())
        return {"acknowledgement": as_json(self.client.decisions.AcknowledgeDecisions(message))}


def parsed(content: Json, message: Any) -> Any:
    return json_format.ParseDict(content, message)


def as_json(message: Message) -> Json:
    return json_format.MessageToDict(message)


def result(answer: ResolveRecordsResult) -> Json:
    if answer.HasField("error"):
        return {"error": error_json(error_of_status(answer.error))}
    return {"decision": as_json(answer.decision)}


def error_json(error: Exception) -> Json:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()
    if not isinstance(error, ServiceError):
        return {"type": name, "code": "", "reason": "", "message": str(error), "violations": [], "retry_after": None}
    violations = [{"field": v.field, "reason": v.reason, "description": v.description} for v in error.violations]
    return {
        "type": name,
        "code": error.code.name,
        "reason": error.reason,
        "message": error.message,
        "violations": violations,
        "retry_after": error.retry_after,
    }


def main() -> None:
    """One answer for each line of standard input."""
    driver = Driver()
    for line in sys.stdin:
        inputs = json.loads(line)
        operation: Callable[..., Json] = getattr(driver, inputs.pop("operation"))
        try:
            answer = {"ok": operation(**inputs)}
        except (ServiceError, PlainTextRefused, HandlerFailed) as error:
            answer = {"error": error_json(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
