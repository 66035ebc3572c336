"""Options that commands share, each group given to its command as one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

import click

from ftf.resolution.v1.verdict_service_pb2 import Justification, VerdictBasis
from resolver.cli.connection import DEFAULT_ADDRESS, Connection, connect
from resolver.cli.words import choices, number_of


@dataclass(frozen=True, slots=True)
class Target:
    """Which service a command talks to, and how it answers its reader."""

    address: str
    purpose: str
    case_reference: str
    timeout: float
    as_json: bool

    def connect(self) -> Connection:
        """A connection; nothing is sent yet."""
        return connect(self.address, self.purpose, self.case_reference, self.timeout)


def service_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every command has which talks to the service; the command is given them as one `target`."""
    options = (
        click.option(
            "--address",
            default=DEFAULT_ADDRESS,
            envvar="RESOLVER_ADDRESS",
            show_default=True,
            show_envvar=True,
            help="Where the service listens.",
        ),
        click.option("--purpose", default="identify", show_default=True, help="Why personal data is read or written."),
        click.option("--case-reference", default="cli", show_default=True, help="The case that this belongs to."),
        click.option(
            "--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds for one call."
        ),
        click.option("--json", "as_json", is_flag=True, help="Print JSON for machines."),
    )
    return with_options(options, "target", Target, command)


def with_options(
    options: Sequence[Callable[..., Any]], name: str, kind: type, command: Callable[..., None]
) -> Callable[..., None]:
    """A command with more options, whose values reach it as one argument: the dataclass `kind` of their names."""

    @wraps(command)
    def with_one(**given: object) -> None:
        values = {field.name: given.pop(field.name) for field in fields(kind)}
        command(**given, **{name: kind(**values)})

    changed: Callable[..., None] = with_one
    for option in reversed(options):
        changed = option(changed)
    return changed


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who decides what on which ground; `basis` and `justification` as the contract names them."""

    examiner: str
    reason: str
    basis: str
    justification: str
    etag: str
    dry_run: bool

    def word(self) -> dict[str, Any]:
        """The fields of this in a request."""
        return {
            "examiner": self.examiner,
            "reason": self.reason,
            "basis": number_of(VerdictBasis.DESCRIPTOR, self.basis),
            "justification": number_of(Justification.DESCRIPTOR, self.justification),
        }


EXAMINER = click.option(
    "--examiner",
    required=True,
    envvar="RESOLVER_EXAMINER",
    show_envvar=True,
    help="Who decides: the authority's own reference for the person, never a name.",
)
HOLDER = click.option(
    "--holder",
    default="",
    envvar="RESOLVER_HOLDER",
    show_envvar=True,
    help="The text that the consumer was created with, so that no other system takes its name by mistake.",
)
ETAG = click.option("--etag", default="", help="Only if the version is still this one.")
LANGUAGE = click.option("--language", default="en", show_default=True, help="Of the texts: en, fr, es or ar.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be decided, and store nothing.")


def judgement_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command by which a person decides; the command is given them as one `judgement`."""
    options = (
        EXAMINER,
        click.option("--reason", required=True, help="Why, in the examiner's words."),
        click.option(
            "--basis",
            type=click.Choice(choices(VerdictBasis.DESCRIPTOR)),
            default="examiner",
            show_default=True,
            help="What the verdict rests on; of two on one pair the higher decides.",
        ),
        click.option(
            "--justification",
            type=click.Choice(choices(Justification.DESCRIPTOR)),
            default="not-assessed",
            show_default=True,
            help="Whether there is a lawful reason for the two identities.",
        ),
        ETAG,
        DRY_RUN,
    )
    return with_options(options, "judgement", Judgement, command)
