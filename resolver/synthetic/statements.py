"""The names that one record states of a person: as its owner writes them, from papers or by ear."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from resolver.synthetic.documents import mrz_name
from resolver.synthetic.full_names import family_and_given, full_name
from resolver.synthetic.held_out_scripts import HELD_OUT_SCRIPTS, uyghur_spellings, written
from resolver.synthetic.mrz_arabic import zone_name
from resolver.synthetic.naming import NameParts
from resolver.synthetic.nations import Owner, Source
from resolver.synthetic.noise import as_recorded
from resolver.synthetic.persons import Person
from resolver.synthetic.pools import Pool, chance
from resolver.synthetic.spelling import Hand, cyrillic_name, latin_from_sound, new_hand

# Share of the Latin names that were copied from the passport, so that all such records agree.
FROM_PAPERS = 0.38
# Share of the English-writing clerks who transliterate by a system: BGN/PCGN, or IJMES without its marks.
BY_A_SYSTEM = 0.06
# Of the people who changed their name: records that have the new one, and of these the ones that mention the old one.
NEW_NAME, OLD_NAME_TOO = 0.6, 0.3
# Share of the records that quote a machine-readable zone, its widths (Doc 9303-4, -6 and -5: TD3, TD2, TD1), and the
# share of zones that spell Arabic letter by letter.
ZONE, ZONE_WIDTHS, ZONE_IN_ARABIC_CODE = 0.02, Pool(((39, 60), (31, 5), (30, 35))), 0.1
_NATIVE_TOO, _LATIN_TOO = 0.155, 0.3
# Georgian clerks write foreign names in Latin letters; Chinese ones have characters for the names of their own peoples.
_OWN_NAMES_ALONE = frozenset(("Geor", "Hans"))


def names_of(person: Person, source: Source, rng: Random) -> list[dict[str, Any]]:
    """The names in one record, the primary one first. Some battlefield records know a nom de guerre alone."""
    owner = source.owner
    hand = new_hand(_school(owner, rng), rng)
    previous: NameParts | None = None
    if person.later and chance(rng, NEW_NAME):
        previous, person = person.name, replace(person, name=person.later)
    if source.kind == "battlefield" and chance(rng, 0.03):
        return [_nom_de_guerre(person, _script(person, owner, rng), hand, rng)]
    names = [primary_name(person, source, hand, rng)]
    written = names[0]["script"]
    if written == "Latn" and person.name.given[0].script != "Latn" and chance(rng, _NATIVE_TOO):
        names.append(_named(person.name, person.name.given[0].script, hand, rng, "PRIMARY"))
    elif written != "Latn" and chance(rng, _LATIN_TOO):
        names.append(_named(person.name, "Latn", hand, rng, "PRIMARY"))
    names.extend(_aliases(person, owner, hand, rng))
    if previous and chance(rng, OLD_NAME_TOO):
        names.append(_named(previous, "Latn", hand, rng, "PREVIOUS"))
    if chance(rng, ZONE):
        names.append({"fullName": _zone(person, rng), "script": "Latn", "kind": "NAME_KIND_MRZ"})
    return _without_repeats(names)


def _school(owner: Owner, rng: Random) -> str:
    draw = rng.random() if owner.school == "english" else 1.0
    return "bgn" if draw < BY_A_SYSTEM / 2 else "ijmes" if draw < BY_A_SYSTEM else owner.school


def _zone(person: Person, rng: Random) -> str:
    """The name field of the machine-readable zone, cut at the width of the document."""
    width, name = ZONE_WIDTHS.draw(rng), person.name
    if name.given[0].script == "Arab" and chance(rng, ZONE_IN_ARABIC_CODE):
        family = name.family.native if name.family else ""
        return zone_name(family, " ".join(word.native for word in name.given), width)
    return mrz_name(*family_and_given(name, papers_hand(person), Random(person.spelling)), width)


def papers_hand(person: Person) -> Hand:
    """The hand that wrote the person's passport: the same in every record that copies from it."""
    return new_hand(person.nations[0].school, Random(person.spelling ^ 0x5EED))


def primary_name(person: Person, source: Source, hand: Hand, rng: Random) -> dict[str, Any]:
    """The name by which the record goes: native, copied from the papers, or spelt by ear in the owner's school."""
    owner = source.owner
    script = _script(person, owner, rng)
    if script != "Latn" or not chance(rng, FROM_PAPERS):
        return as_recorded(_named(person.name, script, hand, rng, "PRIMARY"), owner.school, source.kind, rng)
    papers = Random(person.spelling)
    text, components = full_name(person.name, "Latn", papers_hand(person), papers)
    entry = _entry(text, "Latn", "PRIMARY", components if chance(rng, 0.35) else [])
    return as_recorded(entry, owner.school, source.kind, rng)


def _script(person: Person, owner: Owner, rng: Random) -> str:
    """The owner's script for the share of names that it writes so; else Latin."""
    if not chance(rng, owner.native):
        return "Latn"
    if owner.script in _OWN_NAMES_ALONE and not _writable(person.name, owner.script):
        return "Latn"
    return owner.script


def _writable(name: NameParts, script: str) -> bool:
    """Whether a script that is used for names of the own country alone can write this one."""
    words = (*name.given, name.father, name.grandfather, *((name.family,) if name.family else ()))
    if script == "Hans":
        return all(word.native in uyghur_spellings() for word in words)
    return name.given[0].script == script


def _named(name: NameParts, script: str, hand: Hand, rng: Random, kind: str, plan: str = "") -> dict[str, Any]:
    text, components = full_name(name, script, hand, rng, plan)
    return _entry(text, script, kind, components if chance(rng, 0.35) else [])


def _entry(text: str, script: str, kind: str, components: list[dict[str, Any]], quality: str = "") -> dict[str, Any]:
    entry: dict[str, Any] = {"fullName": text, "script": script, "kind": f"NAME_KIND_{kind}"}
    if quality:
        entry["quality"] = f"NAME_QUALITY_{quality}"
    if components:
        entry["components"] = components
    return entry


def _aliases(person: Person, owner: Owner, hand: Hand, rng: Random) -> list[dict[str, Any]]:
    """Good and low aliases in the proportion of the UN list: over all records of a person 2.1 good and 0.84 low."""
    aliases: list[dict[str, Any]] = []
    while len(aliases) < 5 and chance(rng, 0.428):
        if person.alias and chance(rng, 0.25):
            aliases.append(_named(person.alias, "Latn", hand, rng, "ALIAS") | {"quality": "NAME_QUALITY_GOOD"})
        else:
            other = new_hand(person.nations[-1].school if chance(rng, 0.5) else "english", rng)
            script = (
                owner.script if chance(rng, 0.2 * owner.native) and owner.script not in _OWN_NAMES_ALONE else "Latn"
            )
            alias = _named(person.name, script, other if script == "Latn" else hand, rng, "ALIAS")
            aliases.append(alias | {"quality": "NAME_QUALITY_GOOD"})
    low = (rng.random() < 0.2) + (rng.random() < 0.055)
    aliases.extend(_low_alias(person, _script(person, owner, rng), hand, rng) for _ in range(low))
    return aliases


def _low_alias(person: Person, script: str, hand: Hand, rng: Random) -> dict[str, Any]:
    draw = rng.random()
    if draw < 0.4:
        return _nom_de_guerre(person, script, hand, rng)
    if draw < 0.7:
        return _entry(_kunya(person, script, hand, rng), _foreign(script), "KUNYA", [], "LOW")
    if draw < 0.8:
        return _entry(person.handle, "Latn", "ONLINE_HANDLE", [], "LOW")
    return _named(person.name, script, hand, rng, "ALIAS", "g") | {"quality": "NAME_QUALITY_LOW"}


def _nom_de_guerre(person: Person, script: str, hand: Hand, rng: Random) -> dict[str, Any]:
    nisba = _sounded(person.nisba.native, person.nisba.sound, script, hand, rng)
    return _entry(f"{_kunya(person, script, hand, rng)} {nisba}", _foreign(script), "NOM_DE_GUERRE", [], "LOW")


def _kunya(person: Person, script: str, hand: Hand, rng: Random) -> str:
    parent, native = ("umm", "أم ") if person.female else ("abU", "أبو ")
    return _sounded(native + person.kunya.native, f"{parent} {person.kunya.sound}", script, hand, rng)


def _sounded(native: str, sound: str, script: str, hand: Hand, rng: Random) -> str:
    if script == "Arab":
        return native if hand.hamzas else native.replace("أ", "ا").replace("إ", "ا")
    if script in HELD_OUT_SCRIPTS - _OWN_NAMES_ALONE:
        return written(sound, script)
    return cyrillic_name(sound, rng) if script == "Cyrl" else latin_from_sound(sound, hand, rng)


def _foreign(script: str) -> str:
    return "Latn" if script in _OWN_NAMES_ALONE else script


def _without_repeats(names: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The names in their order, each text once: the first says most about it."""
    kept: dict[str, dict[str, Any]] = {}
    for name in names:
        kept.setdefault(name["fullName"], name)
    return list(kept.values())
