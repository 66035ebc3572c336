"""Page tokens and cursors are opaque, bound to what gave them, and refused when damaged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftf.resolution.v1 import decision_pb2
from resolver.domain.errors import ErrorReason, InvalidInput
from resolver.rpc.cursors import check_freshness, decode_cursor, encode_cursor, encode_freshness
from resolver.rpc.paging import close_page, fitting, open_page


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
    token = open_page(10, "", "ListThings", "sources/a", 5).token(77)
    page = open_page(20, token, "ListThings", "sources/a", 5)
    assert (page.position, page.size) == (77, 20)


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


@given(st.integers(0, 2**63), st.integers(0, 2**32 - 1))
def test_a_cursor_leads_back_to_its_place(sequence, store_id):
    assert decode_cursor("cursor", encode_cursor(sequence, store_id), store_id, head=2**64 - 1) == sequence


def test_an_empty_cursor_is_the_beginning():
    assert decode_cursor("cursor", "", 5, head=0) == 0


@pytest.mark.parametrize(("store_id", "head"), [(6, 100), (5, 16)])
def test_a_cursor_of_another_store_or_of_the_future_is_refused(store_id, head):
    with pytest.raises(InvalidInput) as caught:
        decode_cursor("cursor", encode_cursor(17, 5), store_id, head)
    assert (caught.value.reason, caught.value.violations[0].field) == (ErrorReason.CURSOR_INVALID, "cursor")


def test_a_damaged_cursor_is_refused():
    for text in (*damaged(encode_cursor(17, 5)), encode_freshness(17, 5), open_page(0, "", "L").token(17)):
        with pytest.raises(InvalidInput) as caught:
            decode_cursor("cursor", text, 5, 100)
        assert caught.value.reason is ErrorReason.CURSOR_INVALID


def test_a_consistency_token_of_this_store_is_always_fulfilled_and_no_other_is():
    check_freshness("at_least_as_fresh", encode_freshness(17, 5), 5, head=17)
    for token in (encode_freshness(17, 6), encode_cursor(17, 5)):
        with pytest.raises(InvalidInput) as caught:
            check_freshness("at_least_as_fresh", token, 5, head=17)
        assert caught.value.reason is ErrorReason.CURSOR_INVALID
