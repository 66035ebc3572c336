"""How words sound: nearer than skeletons in vowels, and the same for all schools."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.standardise.hearing import heard
from resolver.standardise.names import tokens_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Youssef", "Yusif"),
        ("Джамал", "Djamal"),
        ("Redouane", "Redwan"),
        ("Joseph", "Жозеф"),
        ("Teasdale", "Тиасдал"),
        ("Шереметьев", "Sheremetiev"),
    ],
)
def test_spellings_of_one_sound_are_heard_alike(one: str, other: str) -> None:
    assert [heard(token.form) for token in tokens_of(one)] == [heard(token.form) for token in tokens_of(other)]


@pytest.mark.parametrize(("one", "other"), [("tamer", "timur"), ("samir", "sumar"), ("munir", "manar")])
def test_names_of_one_skeleton_are_told_apart_by_their_vowels(one: str, other: str) -> None:
    assert heard(one) != heard(other)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_every_word_has_a_sound_in_plain_letters(word: str) -> None:
    assert heard(word).isascii()
    assert heard(word).isalpha()
