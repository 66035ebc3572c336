"""Calls whose every byte is kept: what was asked, and all that came back."""

import time
from contextlib import suppress
from dataclasses import dataclass, field

import grpc
from google.protobuf import descriptor_pool, message_factory

from ftf.resolution.v1 import decision_service_pb2
from resolver.rpc.server import SERVICES

METHODS = {
    f"{service}/{method.name}": method
    for service in SERVICES
    for method in descriptor_pool.Default().FindServiceByName(service).methods
}
"""Every method that the server offers, by its full name."""
ASKED_BY = {method.input_type.full_name: name for name, method in METHODS.items()}
"""The method of each kind of request; no two methods share one."""
_PATIENCE = 120.0
_AT_ONCE = 16
_BUSY = 0.2
"""Seconds."""


@dataclass(frozen=True)
class Answer:
    """All that a caller gets of one call. `messages` are as they came; `details` and the rest are empty for none."""

    messages: tuple[bytes, ...]
    code: str
    details: str
    initial: tuple
    trailing: tuple

    @property
    def ok(self):
        """Whether it is an answer and no error."""
        return self.code == "OK"


@dataclass(frozen=True)
class Call:
    """What was asked and answered."""

    method: str
    requests: tuple[bytes, ...]
    answer: Answer


@dataclass
class Asker:
    """One caller of one world, for one purpose, with the calls that it has made."""

    channel: grpc.Channel
    purpose: str
    calls: list[Call] = field(default_factory=list)

    def ask(self, *messages):
        """Calls the method of the kind of the messages, of which only a stream has several.

        Returns the answer, all answers of a stream, or None for an error.
        """
        return self._kept(self._begun(messages))

    def ask_all(self, requests):
        """Makes calls that do not depend on each other at once; what each is answered, as `ask` does."""
        answers = []
        for start in range(0, len(requests), _AT_ONCE):
            begun = [self._begun((request,)) for request in requests[start : start + _AT_ONCE]]
            answers += [self._kept(each) for each in begun]
        return answers

    def follow(self):
        """Follows the feed from now on; what is returned ends that, and keeps the decisions that were told meanwhile.

        Times of sending are not kept, nor where the end of the feed was told: when it is sent, is a matter of time.
        """
        kind, request = decision_service_pb2.WatchDecisionsResponse, decision_service_pb2.WatchDecisionsRequest()
        method, sent, call = self._begun((request,))

        def end():
            whole = self.ask(decision_service_pb2.WatchDecisionsRequest(stop_at_end=True))
            until = next((each.cursor for each in reversed(whole) if each.HasField("decision")), "")
            told = []
            while until and (not told or told[-1].cursor != until):
                message = kind.FromString(next(call))
                message.ClearField("send_time")
                if message.HasField("decision"):
                    told.append(message)
                else:
                    # It leads no further than what was told, whatever happened that was not.
                    assert not told or message.cursor == told[-1].cursor
            call.cancel()
            live = tuple(message.SerializeToString(deterministic=True) for message in told)
            self.calls.append(Call(method, sent, Answer(live, "CANCELLED", "", (), ())))

        return end

    @property
    def last(self):
        """The latest call."""
        return self.calls[-1]

    def _begun(self, messages):
        method = ASKED_BY[messages[0].DESCRIPTOR.full_name]
        sent = tuple(message.SerializeToString(deterministic=True) for message in messages)
        return method, sent, self._sent(method, sent)

    def _sent(self, method, sent):
        about = {
            "metadata": (("x-purpose", self.purpose), ("x-case-reference", "two worlds")),
            "timeout": _PATIENCE,
        }
        if METHODS[method].client_streaming:
            return self.channel.stream_stream(f"/{method}")(iter(sent), **about)
        # An answer that is no stream is one of a single message.
        return self.channel.unary_stream(f"/{method}")(*sent, **about)

    def _kept(self, begun):
        method, sent, call = begun
        answer = _answer(call)
        while answer.code == "RESOURCE_EXHAUSTED":
            # How busy a server is, is a matter of time, which nobody promises anything about.
            time.sleep(_BUSY)
            answer = _answer(self._sent(method, sent))
        self.calls.append(Call(method, sent, answer))
        kind = message_factory.GetMessageClass(METHODS[method].output_type)
        if METHODS[method].server_streaming:
            return [kind.FromString(each) for each in answer.messages]
        return kind.FromString(answer.messages[0]) if answer.ok else None


def _answer(call):
    messages = []
    with suppress(grpc.RpcError):
        messages.extend(call)
    return Answer(
        tuple(messages),
        call.code().name,
        call.details() or "",
        tuple(call.initial_metadata() or ()),
        tuple(call.trailing_metadata() or ()),
    )
