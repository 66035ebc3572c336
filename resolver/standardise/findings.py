"""What the owner of a record may want to mend in it.

A finding refuses nothing and weighs nothing: it tells what is read otherwise than it stands, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

from resolver.domain.finding import DataQualityKind, Finding
from resolver.domain.record import ClaimedIdentity, IdentityCategory, Place, Record, Sex
from resolver.standardise import contacts, countries, places
from resolver.standardise.flawed_births import flaws_of_births
from resolver.standardise.flawed_documents import flaws_of_document
from resolver.standardise.flawed_names import flaws_of_name, flaws_of_plain_name, too_many_names
from resolver.standardise.flawed_text import flaws_in
from resolver.standardise.placeholders import is_no_place

MOST_FINDINGS = 50
"""Findings of one record; further ones are left out until these are mended."""


def findings(record: Record, today: date) -> tuple[Finding, ...]:
    """The flaws of `record`, in the order of its fields, at most 50.

    A pure function of both; `today` is for dates that lie in the future or too far back.
    """
    return tuple(islice(_all(record, today), MOST_FINDINGS))


def _all(record: Record, today: date) -> Iterator[Finding]:
    for index, identity in enumerate(record.identities):
        yield from _of_identity(f"identities[{index}]", identity, today)
    yield from too_many_names(record.identities)
    yield from _sexes(record)
    births = [birth for identity in record.identities for birth in identity.births]
    for index, document in enumerate(record.documents):
        yield from flaws_of_document(f"documents[{index}]", document, births)
    for index, contact in enumerate(record.contacts):
        if contacts.read(contact) is None:
            what = "cannot be read as what it is said to be; a phone number needs its country code"
            yield Finding(DataQualityKind.CONTACT_UNREADABLE, f"contacts[{index}].value", what)
    yield from flaws_of_plain_name("relatives.father", record.relatives.father)
    yield from flaws_of_plain_name("relatives.mother", record.relatives.mother)


def _of_identity(field: str, identity: ClaimedIdentity, today: date) -> Iterator[Finding]:
    for index, name in enumerate(identity.names):
        yield from flaws_of_name(f"{field}.names[{index}]", name)
    yield from flaws_of_births(f"{field}.births", identity.births, today)
    for index, code in enumerate(identity.nationalities):
        if countries.canonical(code) == countries.UNSPECIFIED:
            what = "is the code for a nationality that is not stated; it is not compared"
            yield Finding(DataQualityKind.NATIONALITY_UNSPECIFIED, f"{field}.nationalities[{index}]", what)
    for index, place in enumerate(identity.birth_places):
        yield from _place(f"{field}.birth_places[{index}].locality", place)
    for index, place in enumerate(identity.residences):
        yield from _place(f"{field}.residences[{index}].locality", place)


def _place(field: str, place: Place) -> Iterator[Finding]:
    text = place.locality
    if not text:
        return
    if is_no_place(text) or not places.localities(text):
        what = "has no word, or one for a place that is not known"
        yield Finding(DataQualityKind.PLACE_WITHOUT_WORD, field, what)
    yield from flaws_in(field, text)


def _sexes(record: Record) -> Iterator[Finding]:
    """A finding at the first sex that differs from an earlier one; a misused identity is another person's."""
    first: Sex | None = None
    for number, identity in enumerate(record.identities):
        if identity.category is IdentityCategory.MISUSED:
            continue
        for index, sex in enumerate(identity.sexes):
            if sex is Sex.UNSPECIFIED:
                continue
            first = first or sex
            if sex is not first:
                what = "differs from another sex that is stated; none is compared"
                yield Finding(DataQualityKind.SEXES_CONTRADICT, f"identities[{number}].sexes[{index}]", what)
                return
