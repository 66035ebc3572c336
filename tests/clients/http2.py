"""Where gRPC messages end in the bytes of one direction of an HTTP/2 connection in plain text."""

from dataclasses import dataclass, field

CLIENT_PREFACE = 24
"""Bytes that a client sends before its first frame: RFC 9113, section 3.4."""
_FRAME_HEADER = 9
_MESSAGE_HEADER = 5
_DATA = 0x0
_PADDED = 0x8


@dataclass
class _Message:
    header: bytearray = field(default_factory=bytearray)
    left: int = 0


class MessageEnds:
    """Fed with bytes in pieces of any size, says after which of them a message has passed in full."""

    def __init__(self, preface: int = 0):
        self._skip = preface
        self._header = bytearray()
        self._data = 0
        self._message = _Message()
        self._streams: dict[int, _Message] = {}

    def feed(self, data: bytes) -> list[int]:
        """The places in `data` just behind the end of a message."""
        ends, at = [], 0
        while at < len(data):
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
            elif self._data:
                step = self._in_message(data[at : at + self._data])
                self._data -= step
                if len(self._message.header) == _MESSAGE_HEADER and not self._message.left:
                    ends.append(at + step)
                    self._message.header.clear()
            else:
                step = min(_FRAME_HEADER - len(self._header), len(data) - at)
                self._header += data[at : at + step]
                self._begin_frame()
            at += step
        return ends

    def _begin_frame(self) -> None:
        if len(self._header) < _FRAME_HEADER:
            return
        length, kind, flags = int.from_bytes(self._header[:3], "big"), self._header[3], self._header[4]
        stream = int.from_bytes(self._header[5:], "big") & 0x7FFFFFFF
        self._header.clear()
        if kind == _DATA:
            assert not flags & _PADDED, "a client pads its frames, which this does not read"
            self._data = length
            self._message = self._streams.setdefault(stream, _Message())
        else:
            self._skip = length

    def _in_message(self, data: bytes) -> int:
        message = self._message
        if len(message.header) < _MESSAGE_HEADER:
            step = min(_MESSAGE_HEADER - len(message.header), len(data))
            message.header += data[:step]
            if len(message.header) == _MESSAGE_HEADER:
                message.left = int.from_bytes(message.header[1:], "big")
            return step
        step = min(message.left, len(data))
        message.left -= step
        return step
