"""One record of a person, as the JSON mapping of the contract has it, without its resource name."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from random import Random
from typing import Any

from resolver.synthetic import births, documents
from resolver.synthetic.contacts import contacts_of
from resolver.synthetic.full_names import family_and_given, full_name
from resolver.synthetic.nations import Source, Town
from resolver.synthetic.persons import Kind, Person
from resolver.synthetic.pools import Pool, chance
from resolver.synthetic.spelling import new_hand, write
from resolver.synthetic.standing import standing
from resolver.synthetic.statements import names_of, papers_hand

DOCUMENTS, RELATIVES = 0.45, 0.2
# Shares of all records: another person's stolen passport was found on this one; a clerk filed another's document here.
STOLEN_DOCUMENT, MISATTRIBUTED_DOCUMENT = 0.002, 0.001
# Share of the records of Afghans and Iranians whose date was converted from their own calendar.
SOLAR_DATES = 0.4
# Share of the passports in records whose machine-readable zone is quoted.
ZONE_QUOTED = 0.05
_MODALITIES = {"FINGERPRINT": "AFIS", "FACE": "FACE", "DNA": "DNA"}
_OUTCOMES = Pool((("NO_HIT", 50), ("UNVERIFIED_CANDIDATE", 20), ("INCONCLUSIVE", 15), ("EXCLUDED", 15)))


def record_of(
    person: Person, source: Source, stranger: Person | None, rng: Random
) -> tuple[dict[str, Any], tuple[Kind, ...]]:
    """The record of a person in a source, and why it is hard; a stranger's document may be found in it."""
    collected = date(2013, 6, 1) + timedelta(days=int(rng.random() * 4100))
    record: dict[str, Any] = {
        "owner": {"country": source.owner.country, "authority": source.owner.authority},
        "identities": [_identity(person, source, rng)],
    }
    found = _documents(person, rng)
    kinds = person.kinds
    draw = rng.random() * DOCUMENTS if found else 1.0
    if stranger and draw < STOLEN_DOCUMENT + MISATTRIBUTED_DOCUMENT:
        stolen = draw < STOLEN_DOCUMENT
        kinds = (*kinds, Kind.STOLEN_DOCUMENT if stolen else Kind.MISATTRIBUTED_DOCUMENT)
        found.append(documents.stated(stranger.documents[0], rng))
        if stolen and chance(rng, 0.5):
            record["identities"].append(_misused(stranger))
    optional = {
        "documents": found,
        "biometrics": _biometrics(person, source, rng),
        "contacts": contacts_of(person, rng),
        "relatives": _relatives(person, source, rng) if chance(rng, RELATIVES) else {},
    }
    record.update({field: value for field, value in optional.items() if value})
    record["provenance"] = _provenance(source, collected, rng)
    record.update(standing(person, source, collected, rng))
    return record, kinds


def _identity(person: Person, source: Source, rng: Random) -> dict[str, Any]:
    identity: dict[str, Any] = {
        "category": f"IDENTITY_CATEGORY_{'CONFIRMED' if chance(rng, 0.35) else 'NOT_CONFIRMED'}",
        "names": names_of(person, source, rng),
    }
    if stated := births.stated(person.papers, rng, _calendar(person, source, rng)):
        identity["births"] = stated
    if chance(rng, 0.86):
        wrong = chance(rng, 0.004)
        identity["sexes"] = ["SEX_FEMALE" if person.female is not wrong else "SEX_MALE"]
    if nationalities := _nationalities(person, rng):
        identity["nationalities"] = nationalities
    if chance(rng, 0.5):
        identity["birthPlaces"] = [_place(person.town, source, rng)]
    if person.residence and chance(rng, 0.3):
        identity["residences"] = [_place(person.residence.towns.draw(rng), source, rng)]
    return identity


def _calendar(person: Person, source: Source, rng: Random) -> births.Calendar:
    """Saudi offices hold Islamic dates; papers of Iran and Afghanistan have solar ones, which some records convert."""
    if source.owner.country == "SAU" and chance(rng, 0.5):
        return births.Calendar.HIJRI
    solar = person.nations[0].code in ("AFG", "IRN") and chance(rng, SOLAR_DATES)
    return births.Calendar.SOLAR_HIJRI if solar else births.Calendar.GREGORIAN


def _nationalities(person: Person, rng: Random) -> list[str]:
    codes = [nation.code for nation in person.nations]
    draw = rng.random()
    if draw < 0.1:
        return []
    if draw < 0.105:
        return ["XXA"]
    return codes if draw < 0.5 else codes[:1] if draw < 0.93 else codes[-1:]


def _place(town: Town, source: Source, rng: Random) -> dict[str, str]:
    """The town in the owner's language or its own; the country alone, or the town alone, for some."""
    draw = rng.random()
    if draw < 0.12:
        return {"country": town.country}
    if _same_script(town.native, source.owner.script) and chance(rng, source.owner.native):
        spelt = town.native
    elif source.owner.school == "french":
        spelt = town.french
    else:
        spelt = town.english if chance(rng, 0.68) else town.other
    return {"locality": spelt} if draw < 0.2 else {"country": town.country, "locality": spelt}


def _same_script(text: str, script: str) -> bool:
    first = text[0]
    return {"Arab": "\u0600" <= first <= "\u06ff", "Cyrl": "\u0400" <= first <= "\u04ff"}.get(script, False)


def _documents(person: Person, rng: Random) -> list[dict[str, Any]]:
    if not person.documents or not chance(rng, DOCUMENTS):
        return []
    shown = [document for document in person.documents if chance(rng, 0.5)] or [person.documents[0]]
    entries = []
    for document in shown[:3]:
        entry = documents.stated(document, rng)
        own = document is not person.documents[0] or Kind.FAMILY_PASSPORT not in person.kinds
        read = own and document.type == "DOCUMENT_TYPE_PASSPORT" and entry["number"] == document.number
        if read and chance(rng, ZONE_QUOTED):
            name = documents.mrz_name(*family_and_given(person.name, papers_hand(person), Random(person.spelling)))
            entry["mrz"] = documents.mrz(document, name, person.papers, person.female)
        entries.append(entry)
    return entries


def _misused(stranger: Person) -> dict[str, Any]:
    """The identity that a stolen passport gives its finder."""
    name, _ = full_name(stranger.name, "Latn", papers_hand(stranger), Random(stranger.spelling))
    return {
        "category": "IDENTITY_CATEGORY_MISUSED",
        "names": [{"fullName": name, "script": "Latn", "kind": "NAME_KIND_ALIAS"}],
        "births": [{"earliest": births.message(stranger.papers), "precision": "DATE_PRECISION_DAY"}],
    }


def _biometrics(person: Person, source: Source, rng: Random) -> list[dict[str, Any]]:
    """References in the owner's holding, or in the one that all share; the same one for the same person."""
    entries: list[dict[str, Any]] = []
    for modality in person.biometrics:
        if not chance(rng, 0.75):
            continue
        shared = chance(rng, 0.6)
        system = f"{'INTERPOL' if shared else source.key.split('-')[0].upper()}-{_MODALITIES[modality]}"
        own = Random(f"{system}/{person.spelling}")
        entry: dict[str, Any] = {
            "modality": f"BIOMETRIC_MODALITY_{modality}",
            "system": system,
            "reference": f"{modality[:2]}{person.serial:07d}{int(own.random() * 1000):03d}",
        }
        if chance(rng, 0.06):
            other = f"{modality[:2]}{int(rng.random() * max(person.serial, 1)):07d}999Z"
            entry["results"] = [{"reference": other, "outcome": f"BIOMETRIC_OUTCOME_{_OUTCOMES.draw(rng)}"}]
        entries.append(entry)
    return entries


def _relatives(person: Person, source: Source, rng: Random) -> dict[str, str]:
    hand = new_hand(source.owner.school, rng)
    script = (
        source.owner.script
        if chance(rng, source.owner.native) and source.owner.script not in ("Geor", "Hans")
        else "Latn"
    )
    relatives = {}
    if person.name.system != "western" or chance(rng, 0.6):
        relatives["father"] = write(person.name.father, script, hand, rng)
    if chance(rng, 0.55):
        relatives["mother"] = write(person.name.mother, script, hand, rng)
    return relatives


def _provenance(source: Source, collected: date, rng: Random) -> dict[str, Any]:
    """Where the record comes from; its origin says that nothing in it is real."""
    provenance: dict[str, Any] = {"origin": f"synthetic:{source.kind}", "collectionDate": births.message(collected)}
    if source.kind == "battlefield":
        item = f"{source.key.upper()}-{collected.year}-{int(rng.random() * 1_000_000):06d}"
        provenance["operation"] = ("Made-up operation NORTH", "Made-up operation RIVER")[int(rng.random() * 2)]
        provenance["item"] = item
        provenance["sha256"] = hashlib.sha256(item.encode()).hexdigest()
        provenance["custody"] = ["collecting unit", "exploitation cell", source.owner.authority][
            : 1 + int(rng.random() * 3)
        ]
    return provenance
