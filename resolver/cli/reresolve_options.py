"""What `resolver reresolve` is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import click

from resolver.cli.options import with_options
from resolver.identity.policy import POLICIES

POLICY: Final = "policies/"
_SHARE: Final = click.FloatRange(0, 100)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is asked for, as given; None leaves it as it is. Greatest shares are per cent."""

    model: str | None
    policy: str | None
    holding: int | None
    merge_weight: float | None
    review_weight: float | None
    source: int | None
    most_identities: float
    most_confirmed: float

    @property
    def given(self) -> tuple[str, ...]:
        """The options that were given, for the audit log."""
        told = ("model", "policy", "holding", "merge_weight", "review_weight", "source")
        return tuple(name for name in told if getattr(self, name) is not None)


def wanted_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what to plan; the command is given them as one `wanted`."""
    options = (
        click.option("--model", help="Another model: its folder for a DATABASE, its name for a server."),
        click.option(
            "--policy",
            type=click.Choice([name.removeprefix(POLICY) for name in POLICIES]),
            help="Another policy, as for `resolver serve`; with --holding.",
        ),
        click.option("--holding", type=click.IntRange(min=1), help="The size of holding that --policy is for."),
        click.option("--merge-weight", type=float, help="Another merge threshold, a match weight in bits."),
        click.option("--review-weight", type=float, help="Another review threshold, in bits."),
        click.option("--source", type=click.IntRange(min=1), help="A staged source to bring in, by its number; alone."),
        click.option(
            "--most-identities",
            type=_SHARE,
            default=100.0,
            show_default=True,
            help="The plan is refused if more per cent of identities change.",
        ),
        click.option(
            "--most-confirmed",
            type=_SHARE,
            default=100.0,
            show_default=True,
            help="Or of those with a record of a confirmed identity.",
        ),
    )
    return with_options(options, "wanted", Wanted, command)
