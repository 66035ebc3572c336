"""Evaluation, handling, retention, class and standing of a record, as its kind of source fills them."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from resolver.synthetic.births import message
from resolver.synthetic.nations import Source
from resolver.synthetic.persons import Person
from resolver.synthetic.pools import Pool, chance

_CLASSES = {
    "notice": Pool((("NOTICE", 6), ("DIFFUSION", 4))),
    "watchlist": Pool((("NATIONAL_WATCHLIST", 1),)),
    "battlefield": Pool((("BATTLEFIELD", 1),)),
    "prison": Pool((("PRISON", 1),)),
    "border": Pool((("BORDER_ENCOUNTER", 1),)),
    "administrative": Pool((("ADMINISTRATIVE", 1),)),
}
_STATUSES = {
    "notice": Pool((("WANTED", 5), ("SUSPECT", 3), ("CHARGED", 1), ("PERSON_OF_INTEREST", 2))),
    "watchlist": Pool((("SUSPECT", 4), ("PERSON_OF_INTEREST", 5))),
    "battlefield": Pool((("SUSPECT", 5), ("PERSON_OF_INTEREST", 4), ("DECEASED", 1))),
    "prison": Pool((("CONVICTED", 6), ("CHARGED", 4))),
    "border": Pool((("PERSON_OF_INTEREST", 6), ("SUSPECT", 2))),
    "administrative": Pool((("PERSON_OF_INTEREST", 5), ("WITNESS", 1))),
}
_CLASSIFICATIONS = Pool((("OFFICIAL_USE_ONLY", 70), ("RESTRICTED", 22), ("CONFIDENTIAL", 8)))
_EUROPOL = frozenset(("FRA", "BEL", "D", "NLD", "ESP", "ITA", "SWE"))


def standing(person: Person, source: Source, collected: date, rng: Random) -> dict[str, Any]:
    """The fields of a record that say how to read, handle and keep it."""
    child = person.minor
    status = "FAMILY_MEMBER" if child or (person.female and chance(rng, 0.35)) else _STATUSES[source.kind].draw(rng)
    fields: dict[str, Any] = {
        "recordClass": f"RECORD_CLASS_{_CLASSES[source.kind].draw(rng)}",
        "personStatus": f"PERSON_STATUS_{status}",
        "handling": _handling(source, rng),
        "retention": {
            "reviewDate": message(date(collected.year + 3, collected.month, 1)),
            "expiryDate": message(date(2031 + int(rng.random() * 5), collected.month, 1)),
        },
    }
    if chance(rng, 0.7):
        fields["evaluation"] = _evaluation(source, rng)
    if child or chance(rng, 0.5):
        fields["minor"] = "MINOR_YES" if child else "MINOR_NO"
    return fields


def _handling(source: Source, rng: Random) -> dict[str, Any]:
    handling: dict[str, Any] = {"classification": f"CLASSIFICATION_{_CLASSIFICATIONS.draw(rng)}"}
    if source.owner.country in _EUROPOL and chance(rng, 0.5):
        handling["codes"] = [f"H{int(rng.random() * 3)}"]
    return handling


def _evaluation(source: Source, rng: Random) -> dict[str, str]:
    if source.owner.country in _EUROPOL:
        scheme, letters, digits = "EUROPOL_4X4", "AABBCX", "112344"
    elif source.owner.country == "GBR":
        scheme, letters, digits = "UK_3X5X2", "123", "ABBCD"
    else:
        scheme, letters, digits = "ADMIRALTY_6X6", "ABBCCDF", "122334566"
    return {
        "scheme": f"EVALUATION_SCHEME_{scheme}",
        "sourceCode": letters[int(rng.random() * len(letters))],
        "informationCode": digits[int(rng.random() * len(digits))],
    }
