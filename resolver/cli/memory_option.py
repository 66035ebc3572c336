"""How much memory work on a whole holding may take: an option that commands share."""

from __future__ import annotations

import re
from typing import Any, Final

import click

_AMOUNT: Final = re.compile(r"[1-9]\d*(MB|GB|MiB|GiB)")


class Memory(click.ParamType[str]):
    """An amount of memory as DuckDB reads it, such as `4GB`."""

    name = "memory"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """The amount, unchanged."""
        text = str(value)
        if not _AMOUNT.fullmatch(text):
            self.fail("must be a number and MB, GB, MiB or GiB, such as 4GB", param, ctx)
        return text


MEMORY: Final = Memory()
