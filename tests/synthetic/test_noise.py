"""What goes wrong between a name and its record goes wrong as the documented sources say."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from resolver.rpc.validate_text import refused_character
from resolver.synthetic import noise, optical_errors
from resolver.synthetic.mrz_arabic import zone_name
from resolver.synthetic.typing_errors import layout_of, with_typo

DRAWS = 400


def _all(function: Any, *arguments: Any) -> set[str]:
    return {function(*arguments, Random(seed)) for seed in range(DRAWS)}


@pytest.mark.parametrize(
    ("text", "school", "script", "slip"),
    [
        ("Hassan", "english", "Latn", "Hqssan"),  # q stands above a
        ("Hassan", "french", "Latn", "Hqssan"),  # q stands below a
        ("Yazid", "german", "Latn", "Yauid"),  # QWERTZ has z beside u
        ("Рашид", "bgn", "Cyrl", "Рвшид"),
        ("محمود", "english", "Arab", "محمةد"),
    ],
)
def test_the_keys_beside_the_right_one_depend_on_the_keyboard(text: str, school: str, script: str, slip: str) -> None:
    assert slip in _all(with_typo, text, layout_of(school, script))


def test_a_key_of_another_keyboard_is_never_hit() -> None:
    assert "Yauid" not in _all(with_typo, "Yazid", layout_of("english", "Latn"))


def test_letters_are_dropped_doubled_and_swapped() -> None:
    assert _all(with_typo, "Tariq", "qwerty") >= {"Tarq", "Tarriq", "Tairq"}


def test_a_text_of_short_words_stays() -> None:
    assert _all(with_typo, "Al B", "qwerty") == {"Al B"}


def test_optical_reading_confuses_shapes() -> None:
    assert _all(optical_errors.misread, "Burni", "Latn") >= {"Bumi", "8urni"}
    assert _all(optical_errors.misread, "حبيب", "Arab") >= {"خبيب", "حتيب", "حنيب", "جبيب"}


def test_a_look_alike_looks_the_same_and_is_another_letter() -> None:
    assert "Hаsan" in _all(optical_errors.with_look_alike, "Hasan", "Latn")
    assert _all(optical_errors.with_look_alike, "محمد", "Arab") == {"محمد"}


@pytest.mark.parametrize(("text", "script"), [("Abu Bakr", "Latn"), ("أبو بكر", "Arab"), ("Али Хан", "Cyrl")])
def test_invisible_signs_are_among_those_that_the_contract_takes(text: str, script: str) -> None:
    written = _all(optical_errors.with_invisible_sign, text, script)
    assert text not in written
    assert {refused_character(each) for each in written} == {None}


def test_a_form_of_thirty_signs_cuts_long_names_of_border_sources_alone() -> None:
    name = {"fullName": "Abd al-Rahman bin Muhammad Salih al-Ubaydi", "script": "Latn", "components": []}
    cut = [noise.as_recorded(dict(name), "english", "border", Random(seed))["fullName"] for seed in range(DRAWS)]
    whole = [noise.as_recorded(dict(name), "english", "notice", Random(seed))["fullName"] for seed in range(DRAWS)]
    assert sum(len(each) <= 30 for each in cut) / DRAWS == pytest.approx(noise.SHORT_FIELD["border"], abs=0.08)
    assert min(len(each) for each in whole) > 38


def test_surname_and_given_name_change_places_in_the_form_but_not_in_the_text() -> None:
    parts = [
        {"type": "NAME_COMPONENT_TYPE_GIVEN", "value": "Karim"},
        {"type": "NAME_COMPONENT_TYPE_SURNAME", "value": "Said"},
    ]
    name = {"fullName": "Karim Said", "script": "Latn", "components": parts}
    recorded = [noise.as_recorded(dict(name), "english", "notice", Random(seed)) for seed in range(2000)]
    whole = [each for each in recorded if "components" in each]
    swapped = [each for each in whole if each["components"][0]["type"] == "NAME_COMPONENT_TYPE_SURNAME"]
    assert {each["fullName"] for each in whole} == {"Karim Said"}
    assert len(swapped) / len(whole) == pytest.approx(noise.PARTS_EXCHANGED, abs=0.015)


def test_a_name_that_was_altered_loses_its_typed_parts() -> None:
    parts = [{"type": "NAME_COMPONENT_TYPE_GIVEN", "value": "Karim"}]
    for seed in range(DRAWS):
        entry = {"fullName": "Karim", "script": "Latn", "components": parts}
        recorded = noise.as_recorded(entry, "english", "battlefield", Random(seed))
        assert ("components" in recorded) == (recorded["fullName"] == "Karim")


def test_a_zone_may_spell_arabic_letter_by_letter() -> None:
    assert zone_name("الحسن", "محمد خالد", 39) == "ALXHSN<<MXHMD<XKHALD"
    assert len(zone_name("عبدالرحمن", "محمد خالد حسين", 30)) <= 30
