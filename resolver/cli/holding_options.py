"""Options that say by which thresholds and rules a store is resolved; whoever opens it later has to give the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import click

from resolver.cli.options import with_options
from resolver.identity.policy import POLICIES, SMALL_HOLDING, Policy, for_holding

_POLICY: Final = "policies/"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The options as given."""

    holding: int
    policy: str

    @property
    def by(self) -> Policy:
        """The policy for the holding."""
        return for_holding(POLICIES[f"{_POLICY}{self.policy}"], self.holding)


def holding_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that resolves; the command is given them as one `resolved`."""
    options = (
        click.option(
            "--holding",
            type=click.IntRange(min=1),
            default=SMALL_HOLDING,
            show_default=True,
            help="Records that the store will hold. A larger holding needs stronger evidence.",
        ),
        click.option(
            "--policy",
            type=click.Choice([name.removeprefix(_POLICY) for name in POLICIES]),
            default="standard",
            show_default=True,
            help="standard: the match weight decides and rules refuse; strict: names and dates alone never merge.",
        ),
    )
    return with_options(options, "resolved", Resolved, command)
