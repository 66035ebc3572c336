"""Documents of a person over time, what a record states of them, and the machine-readable zone of a passport."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from resolver.synthetic.births import message
from resolver.synthetic.nations import Nation
from resolver.synthetic.other_scripts import without_marks
from resolver.synthetic.pools import chance, pick

# Of the documents in records: a sign of the number read wrong, the issuing state or the type not stated.
NUMBER_MISREAD, STATE_MISSING, TYPE_UNKNOWN = 0.02, 0.06, 0.03
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
# Coprime to the powers of ten: a serial number times one of these, cut to n digits, never meets that of another serial.
_SPREADS = (6180339887, 2718281829, 1414213561, 3141592653, 5772156649, 4669201609)
_CONFUSIONS = {
    "O": "0",
    "0": "O",
    "I": "1",
    "1": "I",
    "B": "8",
    "8": "B",
    "S": "5",
    "5": "S",
    "2": "Z",
    "Z": "2",
    "6": "G",
}
# States whose blank passports were carried off in series (public warnings since 2015).
BLANKS_STOLEN = frozenset(("SYR", "IRQ", "LBY", "YEM"))
_BLANKS_A_SERIES = 4000
_MRZ_VALUES = {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was issued."""

    type: str
    number: str
    state: str
    issued: date
    expires: date | None


def number(pattern: str, serial: int, kind: int) -> str:
    """The number of a serial in a pattern (A = letter, 9 = digit): another one for every serial, in no order."""
    digits = pattern.count("9")
    rest = str(serial * _SPREADS[kind % len(_SPREADS)] % 10**digits).zfill(digits)
    letters, at, written = serial * 7 + kind, 0, []
    for sign in pattern:
        if sign == "9":
            written.append(rest[at])
            at += 1
        elif sign == "A":
            written.append(_LETTERS[letters % len(_LETTERS)])
            letters = letters // 5 + kind + 3
        else:
            written.append(sign)
    return "".join(written)


def issue(nations: list[Nation], serial: int, born: date, rng: Random) -> tuple[Document, ...]:
    """One to three passports in succession for each nationality, and for most an identity card."""
    documents = []
    for rank, nation in enumerate(nations):
        issued = max(date(2006, 1, 1) + timedelta(days=int(rng.random() * 3600)), born)
        for reissue in range(1 + (rng.random() < 0.35) + (rng.random() < 0.12)):
            expires = issued + timedelta(days=365 * (5 if chance(rng, 0.6) else 10))
            passport = number(nation.passport, serial * 3 + reissue, rank)
            documents.append(Document("DOCUMENT_TYPE_PASSPORT", passport, nation.code, issued, expires))
            issued = min(issued + timedelta(days=700 + int(rng.random() * 1300)), date(2024, 6, 1))
        if chance(rng, 0.6):
            card = number(nation.identity_card, serial, rank + 2)
            documents.append(Document("DOCUMENT_TYPE_NATIONAL_ID", card, nation.code, issued, None))
    if chance(rng, 0.04):
        permit = number("99999999", serial, 5)
        documents.append(
            Document("DOCUMENT_TYPE_REFUGEE_TRAVEL_DOCUMENT", permit, pick(rng, ("TUR", "D", "SWE")), issued, None)
        )
    return tuple(documents)


def blank(nation: Nation, born: date, rng: Random) -> Document:
    """A passport filled in by thieves: a series of numbers side by side, some of them given to two people."""
    first = int(number("9" * 6, int(nation.code, 36), 1))
    digits = nation.passport.count("9")
    serial = str((first + int(rng.random() * _BLANKS_A_SERIES)) % 10**digits).zfill(digits)
    letters = nation.passport.rstrip("9").replace("A", "H")
    issued = max(date(2014, 6, 1) + timedelta(days=int(rng.random() * 700)), born)
    return Document("DOCUMENT_TYPE_PASSPORT", letters + serial, nation.code, issued, issued + timedelta(days=365 * 6))


def stated(document: Document, rng: Random) -> dict[str, Any]:
    """The document as a record has it: the issuing state may be missing, the number misread."""
    number_read = misread(document.number, rng) if chance(rng, NUMBER_MISREAD) else document.number
    entry: dict[str, Any] = {"type": document.type, "number": number_read}
    if not chance(rng, STATE_MISSING):
        entry["issuingState"] = document.state
    if chance(rng, TYPE_UNKNOWN):
        entry["type"] = "DOCUMENT_TYPE_OTHER"
    if chance(rng, 0.5):
        entry["issueDate"] = message(document.issued)
    if document.expires and chance(rng, 0.5):
        entry["expiryDate"] = message(document.expires)
    return entry


def misread(text: str, rng: Random) -> str:
    """The number with one sign confused, or two neighbours swapped."""
    at = int(rng.random() * len(text))
    if text[at] in _CONFUSIONS:
        return text[:at] + _CONFUSIONS[text[at]] + text[at + 1 :]
    if at and text[at] != text[at - 1]:
        return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
    return text[:at] + ("7" if text[at] != "7" else "9") + text[at + 1 :]


def mrz_name(family: str, given: str, width: int = 39) -> str:
    """The name field of Doc 9303: ``FAMILY<<GIVEN<NAMES`` in A-Z, cut at the width, without trailing fillers."""
    parts = [
        "<".join("".join(c if c.isalnum() else " " for c in without_marks(part)).upper().split())
        for part in (family, given)
    ]
    return "<<".join(part for part in parts if part)[:width].rstrip("<")


def mrz(document: Document, name: str, born: date, female: bool) -> str:
    """The two lines of a passport (TD3) with their check digits, separated by a line feed."""
    state = document.state.ljust(3, "<")
    passport = document.number[:9].ljust(9, "<")
    birth = born.strftime("%y%m%d")
    expiry = (document.expires or document.issued).strftime("%y%m%d")
    personal = "<" * 14
    second = f"{passport}{check_digit(passport)}{state}{birth}{check_digit(birth)}{'F' if female else 'M'}"
    second += f"{expiry}{check_digit(expiry)}{personal}<"
    composite = second[:10] + second[13:20] + second[21:43]
    return f"P<{state}{name}".ljust(44, "<") + "\n" + second + check_digit(composite)


def check_digit(field: str) -> str:
    """The check digit of Doc 9303-3: weights 7, 3, 1, modulo 10."""
    return str(sum(_MRZ_VALUES[sign] * (7, 3, 1)[at % 3] for at, sign in enumerate(field)) % 10)
