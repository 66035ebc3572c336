"""The option that says how long records are kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path

import click

from resolver.retention.file import RetentionFileError, read_policy, standard_policy
from resolver.retention.policy import RetentionPolicy


def retention_option(command: Callable[..., None]) -> Callable[..., None]:
    """The option by which a policy is given; the command is given it as `kept_by`."""

    @wraps(command)
    def with_policy(*, retention: Path | None, **given: object) -> None:
        command(**given, kept_by=policy_of(retention))

    option = click.option(
        "--retention",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="How long records of each class are kept, YAML; absent: as `resolver retention policy` shows.",
    )
    return option(with_policy)


def policy_of(file: Path | None) -> RetentionPolicy:
    """The policy of a file, or the one that is shipped.

    Raises:
        UsageError: the file cannot be used.
    """
    try:
        return standard_policy() if file is None else read_policy(file)
    except RetentionFileError as error:
        raise click.UsageError(str(error)) from None
