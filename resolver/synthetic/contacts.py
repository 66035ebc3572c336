"""Telephones, e-mail addresses and accounts, on the part of the records that have any."""

from __future__ import annotations

from random import Random
from typing import Any

from resolver.synthetic.persons import Person
from resolver.synthetic.pools import chance

CONTACTS = 0.15


def contacts_of(person: Person, rng: Random) -> list[dict[str, Any]]:
    """Up to two contacts; the telephone is written with or without its blanks."""
    if not chance(rng, CONTACTS):
        return []
    draw = rng.random()
    entries = []
    if draw < 0.75:
        phone = person.phones[0]
        written = phone if chance(rng, 0.5) else phone.replace(" ", "") if chance(rng, 0.7) else phone.replace(" ", "-")
        entries.append({"kind": "CONTACT_KIND_PHONE", "value": written})
    if draw > 0.7:
        if chance(rng, 0.5):
            entries.append({"kind": "CONTACT_KIND_EMAIL", "value": f"{person.handle}@example.org"})
        else:
            entries.append({"kind": "CONTACT_KIND_ACCOUNT", "value": f"@{person.handle}"})
    return entries
