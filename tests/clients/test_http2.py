"""The ends of messages are found whatever the pieces in which the bytes come."""

from hypothesis import given
from hypothesis import strategies as st

from tests.clients.http2 import CLIENT_PREFACE, MessageEnds

DATA, HEADERS = 0, 1


def frame(kind, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, 0]) + stream.to_bytes(4, "big") + payload


def message(body):
    return b"\0" + len(body).to_bytes(4, "big") + body


@st.composite
def connections(draw):
    """The bytes of a connection, and where in them messages end."""
    wire, ends = b"", []
    pending = dict.fromkeys((1, 3), b"")
    for stream, body in draw(st.lists(st.tuples(st.sampled_from((1, 3)), st.binary(max_size=40)), max_size=8)):
        pending[stream] += message(body)
        if draw(st.booleans()):
            wire += frame(HEADERS, stream, draw(st.binary(max_size=20)))
    whole = {stream: lengths(content) for stream, content in pending.items()}
    sent = dict.fromkeys(pending, 0)
    while any(sent[stream] < len(content) for stream, content in pending.items()):
        stream = draw(st.sampled_from([each for each in pending if sent[each] < len(pending[each])]))
        size = draw(st.integers(1, len(pending[stream]) - sent[stream]))
        start = len(wire) + 9 - sent[stream]
        ends += [start + end for end in whole[stream] if sent[stream] < end <= sent[stream] + size]
        wire += frame(DATA, stream, pending[stream][sent[stream] : sent[stream] + size])
        sent[stream] += size
    return wire, ends


def lengths(content):
    """Where the messages of one stream end in its bytes."""
    ends, at = [], 0
    while at < len(content):
        at += 5 + int.from_bytes(content[at + 1 : at + 5], "big")
        ends.append(at)
    return ends


@given(connection=connections(), piece=st.integers(1, 30), preface=st.sampled_from((0, CLIENT_PREFACE)))
def test_every_end_is_found_once(connection, piece, preface):
    wire, ends = connection
    wire = b"P" * preface + wire
    reader, found = MessageEnds(preface), []
    for at in range(0, len(wire), piece):
        found += [at + end - preface for end in reader.feed(wire[at : at + piece])]
    assert found == ends
