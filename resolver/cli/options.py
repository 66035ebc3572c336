"""Options that commands share, each group given to its command as one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ftf.resolution.v1.verdict_service_pb2 import Justification, VerdictBasis
from ftf_client import Client, Persistence, Tls, connect
from resolver.cli.failures import told_in_words
from resolver.cli.words import choices, number_of

DEFAULT_ADDRESS = "127.0.0.1:50051"


@dataclass(frozen=True, slots=True)
class Target:
    """Which service a command talks to, and how it answers its reader."""

    address: str
    purpose: str
    case_reference: str
    timeout: float
    certificate: Path | None
    key: Path | None
    server_authority: Path | None
    as_json: bool

    def connect(self, persistence: Persistence | None = None) -> Client:
        """A client; nothing is sent yet.

        Raises:
            UsageError: some of the certificate options are given, and not all.
        """
        tls = None
        if self.certificate and self.key and self.server_authority:
            tls = Tls(self.server_authority, self.certificate, self.key)
        elif self.certificate or self.key or self.server_authority:
            raise click.UsageError("--certificate, --key and --server-authority belong together")
        return connect(
            self.address,
            purpose=self.purpose,
            case_reference=self.case_reference,
            tls=tls,
            timeout=self.timeout,
            persistence=persistence,
        )


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
        _file_option("--certificate", "RESOLVER_CERTIFICATE", "This client's certificate, PEM, for mutual TLS."),
        _file_option("--key", "RESOLVER_KEY", "The certificate's private key, PEM."),
        _file_option("--server-authority", "RESOLVER_SERVER_AUTHORITY", "Who signed the server's certificate, PEM."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON for machines."),
    )

    @wraps(command)
    def failing_in_words(**given: object) -> None:
        with told_in_words():
            command(**given)

    return with_options(options, "target", Target, failing_in_words)


def _file_option(name: str, variable: str, words: str) -> Callable[..., Any]:
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option(name, type=kind, envvar=variable, show_envvar=True, help=words)


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
