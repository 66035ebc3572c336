"""Contact details in one spelling: E.164 phone numbers, lower-case mail addresses, folded handles."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from resolver.domain.record import Contact, ContactKind
from resolver.standardise import latin

_SHORTEST_HANDLE = 3
_ADDRESS = re.compile(r"^(?:[a-z]+://)?(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/+(?P<path>[^?#]+)")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=65_536)
def read(contact: Contact) -> str | None:
    """`contact` as `p:+E164`, `e:mail` or `a:handle`; None when it cannot be read as what it is said to be."""
    if contact.kind is ContactKind.PHONE:
        return _phone(contact.value)
    if contact.kind is ContactKind.EMAIL:
        return _mail(contact.value)
    return _handle(contact.value)


def _phone(value: str) -> str | None:
    text = value.strip()
    international = "+" + text[2:] if text.startswith("00") else text
    try:
        number = phonenumbers.parse(international, None)
    except phonenumbers.NumberParseException:
        # Without a country code the number may be anyone's.
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return "p:" + phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _mail(value: str) -> str | None:
    try:
        # Reserved domains are no error here: whether mail arrives does not matter, whether two spellings agree does.
        address = validate_email(
            value.strip(), check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        return None
    return "e:" + latin.lower(address.normalized)


def _handle(value: str) -> str | None:
    text = _SPACE.sub("", latin.lower(unicodedata.normalize("NFKC", value)))
    address = _ADDRESS.match(text)
    if address is not None:
        text = address.group("path").strip("/").rsplit("/", maxsplit=1)[-1]
    text = text.lstrip("@")
    tells = len(text) >= _SHORTEST_HANDLE and any(sign.isalnum() for sign in text)
    return "a:" + text if tells else None
