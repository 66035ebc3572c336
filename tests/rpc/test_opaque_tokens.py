"""Page tokens and cursors are opaque, bound to what gave them, and refused when damaged."""

import struct
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftf.resolution.v1 import decision_pb2
from resolver.domain.errors import ErrorReason, InvalidInput
from resolver.domain.feed import BEGINNING, FeedPlace
from resolver.domain.handling import Viewer
from resolver.rpc.cursors import (
    check_freshness,
    decode_cursor,
    encode_cursor,
    encode_cursor_for_all,
    encode_freshness,
)
from resolver.rpc.paging import close_page, fitting, open_page
from resolver.rpc.sealed import seal
from resolver.rpc.view import View, view_of


def damaged(token: str) -> list[str]:
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    return [token[:-1], token + "A", token + "=", changed, token.swapcase(), "?", "é", "A" * 1000]


@pytest.mark.parametrize(
    ("asked", "given_size"), [(0, 100), (1, 1), (100, 100), (1_000, 1_000), (1_001, 1_000), (2**31 - 1, 1_000)]
)
def test_the_page_size_has_a_default_and_is_lowered(asked, given_size):
    assert open_page(asked, "", "ListThings").size == given_size


def test_a_negative_page_size_is_refused():
    with pytest.raises(InvalidInput) as caught:
        open_page(-1, "", "ListThings")
    assert caught.value.violations[0].field == "page_size"


def test_a_token_continues_where_it_was_given_even_with_another_size():
    for position in (77, 2**64 - 1, 2**64, 20_000 << 64 | 2**63 - 1):
        token = open_page(10, "", "ListThings", "sources/a", 5).token(position)
        page = open_page(20, token, "ListThings", "sources/a", 5)
        assert (page.position, page.size) == (position, 20)


@pytest.mark.parametrize(
    "other", [("ListOthers", "sources/a", 5), ("ListThings", "sources/b", 5), ("ListThings", "sources/a", 6)]
)
def test_a_token_of_another_call_argument_or_store_is_refused(other):
    token = open_page(10, "", "ListThings", "sources/a", 5).token(77)
    with pytest.raises(InvalidInput) as caught:
        open_page(10, token, *other)
    assert caught.value.reason is ErrorReason.PAGE_TOKEN_INVALID


def test_a_damaged_token_is_refused():
    token = open_page(10, "", "ListThings").token(77)
    for text in damaged(token):
        with pytest.raises(InvalidInput) as caught:
            open_page(10, text, "ListThings")
        assert caught.value.reason is ErrorReason.PAGE_TOKEN_INVALID


def test_a_page_ends_where_the_answer_is_full_and_says_how_to_go_on():
    page = open_page(3, "", "ListThings")
    messages = [decision_pb2.Decision(record="x" * 1_500_000) for _ in range(4)]

    kept, token = close_page(page, messages, [10, 20, 30, 40])

    assert len(kept) == 2
    assert open_page(3, token, "ListThings").position == 20


def test_the_last_page_has_no_token():
    assert close_page(open_page(2, "", "L"), [decision_pb2.Decision()] * 2, [1, 2])[1] == ""
    assert close_page(open_page(2, "", "L"), [], []) == ([], "")


def test_one_message_is_given_even_when_it_is_large():
    assert fitting([decision_pb2.Decision(record="x" * 100)] * 2, room=10) == 1


NOON = datetime.fromisoformat("2026-11-25T12:00:00.123456")
OURS, FRANCE = view_of(None, 5), Viewer("FRA", "ncb", "border")
TIMES = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2200-01-01"))


def feed(*places):
    """Finds places as a store does that holds these decisions."""
    held = {place.sequence: place for place in (BEGINNING, *places)}
    return held.get


def refusal(text, committed, view=OURS):
    with pytest.raises(InvalidInput) as caught:
        decode_cursor("cursor", text, view, committed)
    assert [violation.field for violation in caught.value.violations] == ["cursor"]
    return caught.value.reason


VIEWERS = st.builds(
    Viewer, st.sampled_from(["FRA", "DEU"]), st.sampled_from(["ncb", "bka"]), st.sampled_from(["border", "locate"])
)


@given(st.integers(1, 2**62), TIMES, st.integers(0, 2**32 - 1), st.none() | VIEWERS)
def test_a_cursor_leads_back_to_its_place(sequence, time, store_id, viewer):
    place, view = FeedPlace(sequence, time), view_of(viewer, store_id)
    assert decode_cursor("cursor", encode_cursor(place, view), view, feed(place)) == place


@given(st.none() | VIEWERS, st.none() | VIEWERS)
def test_a_cursor_is_good_for_its_viewer_and_for_no_other(giver, bearer):
    place = FeedPlace(17, NOON)
    cursor, view = encode_cursor(place, view_of(giver, 5)), view_of(bearer, 5)
    if giver == bearer:
        assert decode_cursor("cursor", cursor, view, feed(place)) == place
    else:
        assert refusal(cursor, feed(), view) is ErrorReason.CURSOR_OF_ANOTHER_VIEW


def test_where_one_name_ends_and_the_next_begins_is_part_of_the_view():
    assert view_of(Viewer("FRA", "x", "border"), 5).mark != view_of(Viewer("FR", "Ax", "border"), 5).mark


def test_a_cursor_does_not_show_whose_it_is():
    cursor = encode_cursor(FeedPlace(17, NOON), view_of(FRANCE, 5))
    assert not any(name in urlsafe_b64decode(cursor + "==") for name in (b"FRA", b"ncb"))


def test_an_empty_cursor_and_that_of_an_empty_feed_are_the_beginning():
    for text in ("", encode_cursor(BEGINNING, OURS)):
        assert decode_cursor("cursor", text, OURS, feed()) == BEGINNING


# At 17 and NOON of store 5, as the first version gave it, and as the next one did, which had no views.
FIRST_VERSION = seal(b"cursor", struct.pack(">IQ", 5, 17))
WITHOUT_VIEW = "AAAABQAAAAAAAAARkQDSQOl5ftcYtg"
# As the one after gave it to FRA/ncb, for every purpose.
WITHOUT_PURPOSE = seal(b"cursor", struct.pack(">IQI", 5, 17, 0x9100D240) + bytes.fromhex("9a7cc946665d"))


@pytest.mark.parametrize("cursor", [FIRST_VERSION, WITHOUT_VIEW])
@pytest.mark.parametrize("viewer", [None, FRANCE])
def test_a_cursor_of_an_earlier_version_is_taken_in_every_view(cursor, viewer):
    assert decode_cursor("cursor", cursor, view_of(viewer, 5), feed(FeedPlace(17, NOON))) == FeedPlace(17, NOON)


def test_a_cursor_that_an_earlier_version_gave_to_an_authority_is_taken_for_all_its_purposes():
    for purpose in ("border", "locate"):
        view = view_of(Viewer("FRA", "ncb", purpose), 5)
        assert decode_cursor("cursor", WITHOUT_PURPOSE, view, feed(FeedPlace(17, NOON))) == FeedPlace(17, NOON)
    assert refusal(WITHOUT_PURPOSE, feed(), OURS) is ErrorReason.CURSOR_OF_ANOTHER_VIEW


def test_a_cursor_for_all_is_taken_in_every_view_of_its_store_and_cannot_be_made_up():
    place = FeedPlace(17, NOON)
    cursor = encode_cursor_for_all(place, view_of(None, 5, key=b"of the store"))
    for viewer in (None, FRANCE):
        assert decode_cursor("cursor", cursor, view_of(viewer, 5, key=b"of the store"), feed(place)) == place
    assert refusal(cursor, feed(place), view_of(FRANCE, 5, key=b"of another")) is ErrorReason.CURSOR_INVALID


def test_a_cursor_of_another_store_is_refused():
    place = FeedPlace(17, NOON)
    assert refusal(encode_cursor(place, OURS), feed(place), view_of(None, 6)) is ErrorReason.CURSOR_OF_ANOTHER_STORE


def test_a_cursor_beyond_the_end_of_a_restored_feed_is_refused():
    assert refusal(encode_cursor(FeedPlace(17, NOON), OURS), feed()) is ErrorReason.CURSOR_AHEAD


def test_a_cursor_of_a_decision_that_a_restored_feed_took_otherwise_is_refused():
    decided_anew = FeedPlace(17, NOON + timedelta(microseconds=1))
    assert refusal(encode_cursor(FeedPlace(17, NOON), OURS), feed(decided_anew)) is ErrorReason.CURSOR_EXPIRED


def test_a_damaged_cursor_is_refused():
    place = FeedPlace(17, NOON)
    for text in (*damaged(encode_cursor(place, OURS)), encode_freshness(17, OURS), open_page(0, "", "L").token(17)):
        assert refusal(text, feed(place)) is ErrorReason.CURSOR_INVALID


def test_a_consistency_token_of_this_store_is_always_fulfilled():
    for view in (OURS, view_of(FRANCE, 5)):
        check_freshness("at_least_as_fresh", encode_freshness(17, view), view, head=lambda: 17)


def test_a_consistency_token_does_not_tell_another_view_how_far_the_feed_goes():
    check_freshness("at_least_as_fresh", encode_freshness(18, view_of(FRANCE, 5)), OURS, head=lambda: 17)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (encode_freshness(17, view_of(None, 6)), ErrorReason.CURSOR_OF_ANOTHER_STORE),
        (encode_freshness(18, OURS), ErrorReason.CURSOR_AHEAD),
        (encode_freshness(18, View(5)), ErrorReason.CURSOR_AHEAD),
        (encode_cursor(FeedPlace(17, NOON), OURS), ErrorReason.CURSOR_INVALID),
    ],
)
def test_no_other_consistency_token_is(token, reason):
    with pytest.raises(InvalidInput) as caught:
        check_freshness("at_least_as_fresh", token, OURS, head=lambda: 17)
    assert caught.value.reason is reason
