"""What failed, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from ftf.resolution.v1.verdict_service_pb2 import Verdict, VerdictContradiction
from ftf_client import BatchTooLarge, PlainTextRefused, ServiceError, Unreachable
from resolver.cli.words import verdict_line


class ServiceFailed(click.ClickException):
    """A call failed; printed in words, exit code 1."""


@contextmanager
def told_in_words() -> Iterator[None]:
    """Turns what the client raises into `ServiceFailed`."""
    try:
        yield
    except ServiceError as error:
        raise ServiceFailed(in_words(error)) from None
    except BatchTooLarge as error:
        raise ServiceFailed(f"{error}: set --batch-size {error.credit} or less.") from None
    except PlainTextRefused as error:
        raise ServiceFailed(f"{error}: give --certificate, --key and --server-authority.") from None


def in_words(error: ServiceError) -> str:
    """The status, its reason and the fields that it names, one a line; for an absent server a sentence."""
    if isinstance(error, Unreachable) and error.status is None:
        return (
            f"No service answers at {error.address}. Start one with `resolver serve`, or name another with --address. "
            "A certificate that one side does not trust looks the same."
        )
    lines = [str(error)]
    lines += [f"  {violation.field}: {violation.description}" for violation in error.violations]
    lines += [f"  {verdict_line(verdict)}" for verdict in _chain_of(error)]
    return "\n".join(lines)


def _chain_of(error: ServiceError) -> list[Verdict]:
    """The verdicts that stand in the way, in order."""
    contradiction = VerdictContradiction()
    if error.status is not None and any(detail.Unpack(contradiction) for detail in error.status.details):
        return list(contradiction.chain)
    return []
