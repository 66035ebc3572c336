"""Names that are no names: nothing stops the standardiser, and nothing agrees with nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.domain.finding import DataQualityKind
from resolver.domain.record import ClaimedIdentity, PersonName, Record, Relatives
from resolver.linkage.blocking import blocking_keys
from resolver.linkage.model import shipped_model
from resolver.standardise.findings import findings
from resolver.standardise.names import MOST_TOKENS, readings_of
from resolver.standardise.other_readings import MOST_OTHERS
from resolver.standardise.record import standardise

TODAY = date(2026, 7, 1)
NOTHING = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164 \t.,;:-_/<>()'’\"·•0123456789٠١۴😀👍🏽🇫🇷©±²½"
# Letters of every alphabet that has rules of its own, homoglyphs, marks, and what is not seen.
HOSTILE = (
    "aAcCgGhHiIıİjJkKlqQsSvxXyYzZæøßþđłşčžćőü"
    "аАгГеЕёіІїйщЩҳқғўөүәђћљњџјѓќ"
    "αβγκχτζμπντσς"
    "אבגהוחיכךפשת'״"
    "ابتثجچذضظعغقکكگلمنوهيیىةءأآپښځڅېۇەئ"
    "აბგქყჭջծհղգկ"
    "王李买提尔艾·拉はん가म्াশচ"
    "\u200b\u200d\u0301\u0640\ufe0f-<. '0158😀"
)
odd = st.one_of(st.text(HOSTILE, max_size=40), st.text(max_size=40), st.text(HOSTILE, min_size=1, max_size=2))


def record_of(*names: str) -> Record:
    identity = ClaimedIdentity(names=tuple(map(PersonName, names)))
    return Record("sources/a/records/1", "FRA", "", (identity,), relatives=Relatives(*names[:1], *names[:1]))


@settings(max_examples=400, deadline=None)
@given(odd, st.booleans())
def test_no_text_stops_the_standardiser(text: str, machine_readable: bool) -> None:
    found = readings_of(text, machine_readable=machine_readable)
    assert len(found) <= 1 + MOST_OTHERS
    for reading in found:
        assert 0 < len(reading.tokens) <= MOST_TOKENS
        for token in reading.tokens:
            assert token.form.isascii()
            assert token.form.isalpha()
            assert token.bones.isalpha()
    assert standardise(record_of(text)) == standardise(record_of(text))


@settings(max_examples=300, deadline=None)
@given(st.text(NOTHING, max_size=30))
def test_a_name_without_a_letter_has_nothing_to_match_by_and_is_told(text: str) -> None:
    record = record_of(text)
    found = standardise(record)
    assert found == standardise(record_of(""))
    told = {(one.kind, one.field) for one in findings(record, TODAY)}
    assert (DataQualityKind.NAME_WITHOUT_WORD, "identities[0].names[0].full_name") in told


def test_nothing_has_no_blocking_key() -> None:
    assert blocking_keys(standardise(record_of("", "…", "123")), shipped_model().frequencies) == ()


@settings(max_examples=300, deadline=None)
@given(odd, st.lists(st.integers(0, 40), max_size=4))
def test_what_is_not_seen_changes_nothing(text: str, places: list[int]) -> None:
    hidden = text
    for place in places:
        hidden = hidden[:place] + "\u2060" + hidden[place:]
    assert readings_of(hidden) == readings_of(text)


@pytest.mark.parametrize("letter", ["K", "م", "Ж", "Ω", "ש", "ა", "Ա"])
def test_one_letter_only_corroborates(letter: str) -> None:
    found = standardise(record_of(letter))
    assert found.name_tokens == ()
    assert found.name_key is None
    assert {one.kind for one in findings(record_of(letter), TODAY)} == {DataQualityKind.NAME_OF_INITIALS}


def test_of_two_hundred_parts_twelve_are_compared_and_the_owner_is_told() -> None:
    signs = "bdfklmnrsz"
    record = record_of(" ".join(f"{signs[i % 10]}a{signs[i // 10 % 10]}i{signs[i // 100]}an" for i in range(200)))
    assert max(map(len, standardise(record).name_tokens)) == MOST_TOKENS
    told = {one.kind for one in findings(record, TODAY)}
    assert DataQualityKind.NAME_HAS_TOO_MANY_PARTS in told


@pytest.mark.parametrize(
    ("odd_one", "name"),
    [
        ("Аhmеd Кhаn", "Ahmed Khan"),
        ("Магомеd Алиев", "Магомед Алиев"),
        ("Ah\u200bmed K\u2060han", "Ahmed Khan"),
        ("Ahmed 😀 Khan", "Ahmed Khan"),
        ("Ahmed 1985 Khan", "Ahmed Khan"),
        ("𝐀𝐡𝐦𝐞𝐝 Ｋｈａｎ", "Ahmed Khan"),
        ("Iумар Хатуев", "Умар Хатуев"),
    ],
)
def test_odd_signs_do_not_hide_a_name(odd_one: str, name: str) -> None:
    assert {one.skeletons for one in readings_of(odd_one)} & {one.skeletons for one in readings_of(name)}
