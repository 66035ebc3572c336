"""What a scenario is played on: a server of the kind that it asks for, and behind the driver's back, its store."""

import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import grpc
from google.protobuf import json_format

from ftf.resolution.v1 import decision_service_pb2, decision_service_pb2_grpc, record_pb2, resolution_service_pb2
from ftf.resolution.v1.resolution_service_pb2_grpc import ResolutionServiceStub
from resolver.engine.engine import open_engine
from tests.access.examples import live_access
from tests.clients.scripted import scripted_server
from tests.conftest import serving
from tests.servers import METADATA, child_server, free_address

PATIENCE = 60.0


class Stage:
    """A server; `address` is where it listens, `direct` a channel for the harness itself, or None."""

    def __init__(self, address, direct=None, seen=None):
        self.address, self.direct, self.seen = address, direct, seen

    def write(self, records):
        """Stores records as somebody else would."""
        stub = ResolutionServiceStub(self.direct)
        for record in records:
            message = json_format.ParseDict(record, record_pb2.Record())
            request = resolution_service_pb2.ResolveRecordRequest(record=message)
            stub.ResolveRecord(request, metadata=METADATA, timeout=PATIENCE, wait_for_ready=True)

    def feed(self):
        """Every decision, with its cursor."""
        stub = decision_service_pb2_grpc.DecisionServiceStub(self.direct)
        request = decision_service_pb2.WatchDecisionsRequest(stop_at_end=True)
        answers = stub.WatchDecisions(request, metadata=METADATA, timeout=PATIENCE, wait_for_ready=True)
        return [answer for answer in answers if answer.HasField("decision")]


class RestartableStage(Stage):
    """A server that is a process with a database file, always at the same address."""

    def __init__(self, folder: Path, stack: ExitStack):
        super().__init__(free_address())
        self._database, self._stack = folder / "store.duckdb", stack
        self.direct = stack.enter_context(grpc.insecure_channel(self.address))
        self.start()

    def start(self):
        """Starts it, also after it was killed."""
        self._child = self._stack.enter_context(child_server(self._database, address=self.address))

    def kill(self):
        """Ends it without warning."""
        self._child.process.kill()
        self._child.process.wait(PATIENCE)


@contextmanager
def staged(scenario, shared, certificates, folder):
    """The stage that a scenario asks for."""
    kind, secured = scenario["server"], scenario.get("transport") == "mutual_tls"
    with ExitStack() as stack:
        if kind == "scripted":
            address, handler = stack.enter_context(scripted_server(scenario["script"]))
            yield Stage(address, seen=handler.seen)
        elif kind == "none":
            yield Stage(free_address())
        elif kind == "restartable":
            yield RestartableStage(folder, stack)
        else:
            engine = shared.engine
            if kind == "fresh":
                engine = open_engine(None)
                stack.callback(engine.close)
            plain = shared if kind == "shared" else stack.enter_context(serving(engine))
            if secured:
                served = stack.enter_context(serving(engine, certificates=certificates.server(), access=live_access()))
            else:
                served = plain
            yield Stage(served.address, plain.channel)


def wait_for(condition, what):
    """Waits for something that another process brings about."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.01)
