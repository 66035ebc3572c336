"""Names are as diverse as in life, and follow the morphology of their language."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from resolver.synthetic.arabic_surnames import nisba
from resolver.synthetic.lexicon import ORDINARY_CULTURES, culture
from resolver.synthetic.name_changes import later_name
from resolver.synthetic.naming import new_name
from resolver.synthetic.persian_names import afghan_names
from resolver.synthetic.phonemes import parse
from resolver.synthetic.surnames import composed, possessive

DRAWS = 20_000


def isonymy(key: str) -> float:
    """The probability that two random persons of a culture share the family name, from many draws."""
    rng = Random(f"isonymy/{key}")
    pool = culture(key).family
    counts = Counter(pool.draw(rng).native for _ in range(DRAWS))
    return sum(count * (count - 1) for count in counts.values()) / (DRAWS * (DRAWS - 1))


@pytest.mark.parametrize("key", ORDINARY_CULTURES)
def test_two_people_share_a_family_name_as_rarely_as_in_life(key: str) -> None:
    assert 0.001 < isonymy(key) < 0.0115


def test_large_cultures_have_thousands_of_family_names() -> None:
    sizes = {key: len(culture(key).family.values) for key in ORDINARY_CULTURES}
    assert all(sizes[key] > 3500 for key in ("arab", "maghreb"))
    assert all(sizes[key] > 1000 for key in ("caucasian", "turkestani", "turkish", "afghan", "pakistani", "iranian"))


def test_attested_names_stay_the_most_frequent_ones() -> None:
    assert [word.native for word in culture("turkish").family.values[:3]] == ["Yılmaz", "Kaya", "Demir"]
    assert culture("caucasian").family.values[0].native == "Магомедов"
    assert culture("arab").male.values[0].native == "محمد"


@pytest.mark.parametrize(
    ("place", "person"), [("mawSil", "mawSilI"), ("Haditha@", "HadithI"), ("zarqA", "zarqAwI"), ("mUsY", "mUsAwI")]
)
def test_a_nisba_names_who_belongs_to_a_place_or_forefather(place: str, person: str) -> None:
    assert nisba(parse(place)) == parse(person)


@pytest.mark.parametrize(
    ("name", "family"),
    [("Омар", "Омаров"), ("Муса", "Мусаев"), ("Шамиль", "Шамилев"), ("Али", "Алиев"), ("Kərim", "Kərimov")],
)
def test_the_russian_possessive_follows_the_end_of_the_name(name: str, family: str) -> None:
    assert possessive(name) == family


def test_elements_make_family_names() -> None:
    assert {"Aktaş", "Karagöz", "Mehmetoğlu"} <= set(composed("turkish", ["Mehmet"], 10_000))
    assert {"Hasanović", "Mujić", "Hasanhodžić"} <= set(composed("bosniak", ["Hasan", "Mujo"], 10_000))
    assert {"Асанбеков", "Асанзода", "Нурлан уулу"} <= set(composed("turkestani", ["Асан"], 10_000))


def test_afghan_names_are_compounds_and_end_in_zai_and_khel() -> None:
    male, _, family = afghan_names(4000)
    assert any(word.native.endswith(" خان") for word in male)
    assert {"زی", "خیل"} <= {ending for word in family for ending in ("زی", "خیل") if word.native.endswith(ending)}


def test_people_of_central_asia_drop_the_russian_ending_and_wives_change_their_name() -> None:
    turkestani, arab = culture("turkestani"), culture("arab")
    men = [new_name(turkestani, False, Random(seed)) for seed in range(1000)]
    changed = [(name, later_name(name, turkestani, Random(seed))) for seed, name in enumerate(men)]
    dropped = [(name, later) for name, later in changed if later]
    assert 0.05 < len(dropped) / len(men) < 0.15
    for name, later in dropped:
        assert name.family is not None
        assert later.family is not None
        assert name.family.native.startswith(later.family.native)
        assert later.patronymic is None
    wives = [later_name(new_name(turkestani, True, Random(seed)), turkestani, Random(seed)) for seed in range(500)]
    assert 0.2 < sum(later is not None for later in wives) / 500 < 0.45
    assert not any(later_name(new_name(arab, True, Random(seed)), arab, Random(seed)) for seed in range(200))
