"""A server that answers as a script says: what the real one would rarely do, and what no server does yet."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import grpc
from google.protobuf import any_pb2, descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2, status_pb2

from resolver.rpc.server import SERVICES

UNKNOWN_FIELD = b"\xfa\xff\x03\x03new"
"""Field 8191, of three bytes: no message of the contract has it."""


@dataclass(frozen=True)
class Seen:
    """One call that arrived: its method, its request (the first message of a stream), its metadata."""

    method: str
    request: object
    metadata: dict


class ScriptedServer(grpc.GenericRpcHandler):
    """Answers the calls of each method in the order of its entries, the last one for all later calls."""

    def __init__(self, script: dict):
        self._script = script
        self._lock = threading.Lock()
        self._count = Counter()
        self.seen: list[Seen] = []
        self.leaving = threading.Event()

    def service(self, handler_call_details):
        _, service, name = handler_call_details.method.split("/")
        if name not in self._script or service not in SERVICES:
            return None
        method = descriptor_pool.Default().FindServiceByName(service).FindMethodByName(name)
        return grpc.stream_stream_rpc_method_handler(
            lambda requests, context: self._answer(method, requests, context),
            request_deserializer=message_factory.GetMessageClass(method.input_type).FromString,
            response_serializer=lambda data: data,
        )

    def _answer(self, method, requests, context):
        with self._lock:
            entries = self._script[method.name]
            entry = entries[min(self._count[method.name], len(entries) - 1)]
            self._count[method.name] += 1
            place = len(self.seen)
            self.seen.append(Seen(method.name, None, dict(context.invocation_metadata())))
        if entry.get("hang"):
            self.leaving.wait()
            return
        if not method.client_streaming:
            self._note(place, next(requests))
        for number, message in enumerate([entry["message"]] if "message" in entry else entry.get("messages", ())):
            # A stream begins with the credit, and acknowledges nothing that has not been sent.
            if method.client_streaming and number:
                request = next(requests, None)
                if request is None:
                    return
                self._note(place, request)
            yield self._encoded(method.output_type, message, entry)
        if "error" in entry:
            context.abort_with_status(_status(entry["error"]))

    def _note(self, place, request):
        if self.seen[place].request is None:
            self.seen[place] = replace(self.seen[place], request=request)

    @staticmethod
    def _encoded(kind, content, entry):
        message = json_format.ParseDict(content, message_factory.GetMessageClass(kind)())
        return message.SerializeToString() + (UNKNOWN_FIELD if entry.get("unknown_field") else b"")


@dataclass(frozen=True)
class _Status(grpc.Status):
    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple


def _status(error):
    code = grpc.StatusCode[error["code"]]
    if len(error) == 1:
        return _Status(code, "scripted", ())
    status = status_pb2.Status(code=code.value[0], message="scripted")
    details = [error_details_pb2.ErrorInfo(reason=error["reason"], domain="resolution.ftf")]
    if "retry_after" in error:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromNanoseconds(round(error["retry_after"] * 1e9))
        details.append(retry)
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    if error.get("unknown_detail"):
        status.details.append(any_pb2.Any(type_url="type.googleapis.com/ftf.resolution.v9.Unheard", value=b"\x0a\x00"))
    return _Status(code, "scripted", (("grpc-status-details-bin", status.SerializeToString()),))


@contextmanager
def scripted_server(script: dict):
    """Serves a script on loopback; yields the server's address and what it sees."""
    handler = ScriptedServer(script)
    server = grpc.server(ThreadPoolExecutor(8), options=(("grpc.so_reuseport", 0),))
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}", handler
    finally:
        handler.leaving.set()
        server.stop(None).wait(30)
