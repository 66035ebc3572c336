"""What a caller gets of two worlds, byte by byte."""

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from google.protobuf import message_factory, text_format
from google.rpc import status_pb2

from tests.noninterference.asking import METHODS, Call

# The clock, the number of the store and its secret are given to both worlds by `worlds`; no heartbeat comes so soon.
# Nothing else is masked but what is a matter of time, by `asking`: a server that is too busy is asked again, and of a
# feed that is followed live no times of sending are kept.
_SHOWN = 1_500


@dataclass(frozen=True)
class Difference:
    """A call that is answered otherwise in the other world; None for a world in which it is not made."""

    place: int
    first: Call | None
    second: Call | None

    @property
    def method(self):
        """The method that was called, in the first world where both differ in it."""
        return (self.first or self.second).method

    def __str__(self):
        return "\n".join(
            (
                f"call {self.place}, {self.method}",
                f"-- first world\n{_shown(self.first)}",
                f"-- second world\n{_shown(self.second)}",
            )
        )


def differences(first, second):
    """Where two lists of calls are not the same. Calls that ask the same are compared, in their order; what is asked in
    one world alone follows from an answer before, and is told, too."""
    if first == second:
        return []
    asked = [[(call.method, call.requests) for call in calls] for calls in (first, second)]
    found = []
    for kind, low, high, start, end in SequenceMatcher(None, *asked, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs = zip(range(low, high), first[low:high], second[start:end], strict=True)
        else:
            alone = [(call, None) for call in first[low:high]] + [(None, call) for call in second[start:end]]
            pairs = ((low, one, other) for one, other in alone)
        found += [Difference(place, one, other) for place, one, other in pairs if one != other]
    return found


def by_method(found):
    """How many differences there are of each method."""
    return Counter(each.method.rpartition(".")[2] for each in found)


def report(found, shown=3):
    """The differences in words: all methods, and the first ones in full."""
    counts = "\n".join(f"{count:5}  {method}" for method, count in sorted(by_method(found).items()))
    return "\n".join((f"{len(found)} answers differ:", counts, *map(str, found[:shown])))


def _shown(call):
    if call is None:
        return "no such call"
    method = METHODS[call.method]
    request, answer = (message_factory.GetMessageClass(kind) for kind in (method.input_type, method.output_type))
    lines = [_text(request, each) for each in call.requests] + [_text(answer, each) for each in call.answer.messages]
    if not call.answer.ok:
        lines += [f"{call.answer.code}: {call.answer.details}"]
    for key, value in (*call.answer.initial, *call.answer.trailing):
        told = _text(status_pb2.Status, value) if key == "grpc-status-details-bin" else value
        lines.append(f"{key}: {told}")
    return "\n".join(lines)[:_SHOWN]


def _text(kind, content):
    return text_format.MessageToString(kind.FromString(content), as_one_line=True)
