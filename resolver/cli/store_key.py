"""The key of an encrypted store, for every command that opens one: from a file or the environment, no argument."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final

import click

from resolver.domain.errors import StoreError
from resolver.store.keys import StoreKey, read_key

_VARIABLE: Final = "RESOLVER_STORE_KEY"
"""Whoever may see the arguments of a process sees its command line; its environment is its owner's."""


def store_key_option(command: Callable[..., None]) -> Callable[..., None]:
    """The option `--store-key-file`; the command is given the key, or None, as `store_key`."""

    @wraps(command)
    def with_key(*, store_key_file: Path | None, **given: object) -> None:
        command(**given, store_key=_key(store_key_file))

    option = click.option(
        "--store-key-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        envvar="RESOLVER_STORE_KEY_FILE",
        show_envvar=True,
        help=f"The key of an encrypted store, in a file that is its owner's alone; or the key itself in {_VARIABLE}.",
    )
    return option(with_key)


def _key(file: Path | None) -> StoreKey | None:
    text = os.environ.get(_VARIABLE)
    if file is not None and text is not None:
        raise click.UsageError(f"give a key file or {_VARIABLE}, not both")
    try:
        if file is not None:
            return read_key(file)
        return None if text is None else StoreKey(text)
    except StoreError as error:
        raise click.UsageError(str(error)) from None
