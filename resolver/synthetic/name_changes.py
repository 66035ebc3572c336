"""Names that a person bears later in life: another family name, by marriage or by reform.

Central Asian states let their citizens drop the Russian -ov and the patronymic after 1991 (Tajikistan ended -ov for
newborns in 2016); women of many of these cultures take the husband's family name. Shares are our estimates.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from resolver.synthetic.lexicon import Culture
from resolver.synthetic.name_lists import cyrillic_word
from resolver.synthetic.naming import NameParts
from resolver.synthetic.pools import chance

# Women who take the husband's family name; in chains of descent none does.
MARRIED = 0.3
# People of the Soviet successor states who dropped the Russian ending, the patronymic, or both.
ENDING_DROPPED = 0.12
_ENDINGS = ("ов", "ев")
_REFORMED = frozenset(("turkestani",))


def later_name(name: NameParts, culture: Culture, rng: Random) -> NameParts | None:
    """The name that replaced the first one, for those who changed it."""
    if name.female and name.system in ("patronymic", "western", "persian") and chance(rng, MARRIED):
        return replace(name, family=culture.family.draw(rng))
    if culture.key in _REFORMED and chance(rng, ENDING_DROPPED):
        return _without_russian_ending(name)
    return None


def _without_russian_ending(name: NameParts) -> NameParts | None:
    """Рахмонов becomes Рахмон, and the patronymic goes; None where there is no such ending."""
    if name.family is None:
        return None
    for ending in _ENDINGS:
        stem = name.family.native.removesuffix(ending)
        if stem != name.family.native and len(stem) > 3:
            return replace(name, system="western", family=cyrillic_word(stem), patronymic=None)
    return None
