"""Whose records are that do not say it, as options state it."""

from __future__ import annotations

import click

from resolver.domain.owner import Owner
from resolver.standardise.countries import is_country

OWNER_COUNTRY = click.option(
    "--owner-country", default="", help="Whose the records are that do not say it: the country,"
)
OWNER_AUTHORITY = click.option("--owner-authority", default="", help="and its authority.")


def owner_of(country: str, authority: str) -> Owner | None:
    """The owner; None where none is stated. Raises UsageError for half an owner or a country that is none."""
    if not country and not authority:
        return None
    if not is_country(country):
        raise click.UsageError("--owner-country must be a country's code, such as IRQ")
    return Owner(country, authority)
