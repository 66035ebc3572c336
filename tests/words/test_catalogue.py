"""Every code has a text in every language, and no text has no code."""

import re

import pytest

from resolver.domain.decision import ReviewReason
from resolver.domain.pair_outcome import PairOutcome
from resolver.linkage.comparisons import COMPARISONS
from resolver.words.catalogue import (
    LANGUAGES,
    comparison_words,
    language_of,
    level_words,
    outcome_words,
    reason_words,
    texts,
)

REASONS = [reason for reason in ReviewReason if reason is not ReviewReason.UNSPECIFIED]
OUTCOMES = [outcome.name.lower() for outcome in PairOutcome if outcome is not PairOutcome.UNSPECIFIED]
CODES = [comparison.code(level) for comparison in COMPARISONS for level in comparison.levels]
SILENT = [f"{comparison.name}.nothing_to_compare" for comparison in COMPARISONS]


def everything(language):
    return [
        *(comparison_words(comparison.name, language) for comparison in COMPARISONS),
        *(level_words(code, language) for code in CODES + SILENT),
        *(reason_words(reason, language) for reason in REASONS),
        *(outcome_words(outcome, language) for outcome in OUTCOMES),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_text(language):
    assert all(text.strip() and "{" not in text for text in everything(language))


def test_no_text_is_left_over_and_all_languages_have_the_same():
    levels = {
        f"{comparison.name}.{level.kind or level.code}" for comparison in COMPARISONS for level in comparison.levels
    }
    for language in LANGUAGES:
        found = texts(language)
        assert found["comparisons"].keys() == {comparison.name for comparison in COMPARISONS}
        assert found["reasons"].keys() == {reason.name.lower() for reason in REASONS}
        assert found["outcomes"].keys() == set(OUTCOMES)
        assert found.get("levels", {}).keys() == (set() if language == "en" else levels)


def test_the_languages_differ_and_arabic_is_in_its_script():
    english = everything("en")
    for language in LANGUAGES[1:]:
        same = [one for one, other in zip(english, everything(language), strict=True) if one == other]
        assert set(same) <= {"kunya"}
    assert all(re.search("[\u0600-\u06ff]", text) and not re.search("[A-Za-z]", text) for text in everything("ar"))


def test_bands_of_rarity_are_told_with_the_number_of_people():
    assert level_words("name.same_12", "en") == "same; what agrees is borne by at most one in 4,096"
    assert level_words("name.same_12", "es").endswith("una persona de cada 4.096")
    assert "4\u202f096" in level_words("name.same_12", "fr")
    assert level_words("name.same_0", "fr").endswith("porté par beaucoup")


@pytest.mark.parametrize(
    ("tag", "language"),
    [("fr-CA", "fr"), ("AR", "ar"), ("es_MX", "es"), ("", "en"), ("tlh", "en"), ("ar-Arab-IQ", "ar"), ("-", "en")],
)
def test_the_nearest_language_is_taken(tag, language):
    assert language_of(tag) == language
