"""Whole names as one clerk writes them: which parts, in which order, with which connectors."""

from __future__ import annotations

from random import Random
from typing import Any

from resolver.synthetic.naming import NameParts, family_word
from resolver.synthetic.pools import Pool, chance
from resolver.synthetic.spelling import Hand, write

# Plans of a name: G given, g first given name only, i initial of it, F father, B grandfather (with the connector that
# the hand uses), N the word for son or daughter, S surname, C surname in capitals with a comma, P patronymic.
_PLANS = {
    "chain": Pool(
        (
            ("GS", 15),
            ("GFS", 26),
            ("GFBS", 22),
            ("GFB", 12),
            ("GF", 7),
            ("CGF", 6),
            ("SGF", 4),
            ("CG", 4),
            ("gS", 3),
            ("iS", 1),
        )
    ),
    "maghreb": Pool((("GS", 54), ("SG", 14), ("CG", 8), ("GFS", 13), ("GFBS", 5), ("gS", 5), ("iS", 1))),
    "patronymic": Pool((("SGP", 44), ("GS", 22), ("SG", 16), ("GPS", 13), ("CGP", 3), ("SiP", 2))),
    "persian": Pool((("GS", 74), ("SG", 8), ("G", 6), ("gS", 8), ("GFS", 4))),
    "malay": Pool((("GS", 88), ("gS", 8), ("SG", 4))),
    "descent": Pool((("GFB", 62), ("GF", 30), ("GFS", 8))),
    "son of": Pool((("GNF", 70), ("GF", 25), ("gF", 5))),
    "western": Pool((("GS", 62), ("CG", 14), ("SG", 10), ("gS", 11), ("iS", 3))),
}
_BIN = {
    "Arab": ("بن", "بنت", "ابن"),
    "Cyrl": ("ибн", "бинт", "бин"),
    "Latn": ("bin", "bint", "ibn"),
    "french": ("ben", "bent", "ben"),
    "Geor": ("ibn", "bint", "ibn"),
}
_COMPONENTS = {
    "G": "GIVEN",
    "g": "GIVEN",
    "F": "FATHER",
    "B": "GRANDFATHER",
    "S": "SURNAME",
    "C": "SURNAME",
    "P": "PATRONYMIC",
}


def full_name(
    name: NameParts, script: str, hand: Hand, rng: Random, plan: str = ""
) -> tuple[str, list[dict[str, Any]]]:
    """The name in a script and its typed components; a plan of the name's system is drawn unless given."""
    plan = plan or _PLANS[name.system].draw(rng)
    linked = chance(rng, 0.55 if hand.school == "gulf" else 0.16) and name.system in ("chain", "maghreb")
    parts: list[str] = []
    components: list[dict[str, Any]] = []
    for role in plan:
        text = _part(name, role, script, hand, rng)
        if not text:
            continue
        if linked and role in "FB":
            parts.append(_connector(script, hand, name.female and role == "F", rng))
        parts.append(_surname_first(text, script, rng) if role == "C" else text)
        if role in _COMPONENTS:
            kind = "ISM" if role in "Gg" and name.system in ("chain", "descent") else _COMPONENTS[role]
            components.append({"type": f"NAME_COMPONENT_TYPE_{kind}", "value": text})
    if len(parts) == 1:
        parts[0] = parts[0].rstrip(",،")
    return " ".join(parts), components


def _surname_first(text: str, script: str, rng: Random) -> str:
    if script == "Arab":
        return text + "،" if chance(rng, 0.3) else text
    return text.upper() + ","


def _part(name: NameParts, role: str, script: str, hand: Hand, rng: Random) -> str:
    if role == "G":
        return " ".join(write(word, script, hand, rng) for word in name.given)
    if role == "g":
        return write(name.given[-1] if len(name.given) > 1 and chance(rng, 0.3) else name.given[0], script, hand, rng)
    if role == "i":
        return write(name.given[0], script, hand, rng)[:1] + ("." if script != "Arab" else "")
    if role == "F":
        return write(name.father, script, hand, rng)
    if role == "B":
        return write(name.grandfather, script, hand, rng)
    if role == "N":
        return _son_of(name.female, script, hand, rng)
    if role == "P":
        return write(name.patronymic, script, hand, rng) if name.patronymic else ""
    family = family_word(name)
    return write(family, script, hand, rng) if family else ""


def _son_of(female: bool, script: str, hand: Hand, rng: Random) -> str:
    """The Malay bin or binti, which passports also shorten to b. and bt."""
    if script != "Latn":
        return _BIN.get(script, _BIN["Latn"])[int(female)]
    options = ("binti", "bte", "bt.") if female else ("bin", "Bin", "b.")
    return options[int(rng.random() ** 2 * 3)] if hand.school == "malay" else options[0]


def _connector(script: str, hand: Hand, female: bool, rng: Random) -> str:
    son, daughter, other = _BIN[
        "french" if script == "Latn" and hand.school == "french" else script if script in _BIN else "Latn"
    ]
    return daughter if female else other if chance(rng, 0.2) else son


def family_and_given(name: NameParts, hand: Hand, rng: Random) -> tuple[str, str]:
    """The two name fields of a passport in Latin letters."""
    family = family_word(name)
    given = (
        [*name.given, name.father, name.grandfather]
        if name.system in ("chain", "descent", "son of")
        else list(name.given)
    )
    return (
        write(family, "Latn", hand, rng) if family else "",
        " ".join(write(word, "Latn", hand, rng) for word in given),
    )
