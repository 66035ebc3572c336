"""Where commands print: readers' text and JSON on standard output, progress on standard error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from google.protobuf import json_format
from google.protobuf.message import Message
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_PIPE_WIDTH = 120


def out() -> Console:
    """The console of standard output; names and values are never read as markup or highlighted."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    # A file or a pipe has no width of its own; tables need room.
    return console if console.is_terminal else Console(highlight=False, markup=False, soft_wrap=True, width=_PIPE_WIDTH)


def print_json(content: object) -> None:
    """One JSON document."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def message_json(message: Message) -> dict[str, Any]:
    """A message in proto3 JSON form."""
    return json_format.MessageToDict(message)


@contextmanager
def working(words: str, *, hidden: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A line on standard error; yields a function that takes what is being done, and how many of how many are."""
    console = Console(stderr=True)
    if hidden or not console.is_terminal:
        yield lambda _words, _done, _of: None
        return
    with console.status(words) as status:

        def told(words: str, done: int, of: int) -> None:
            status.update(f"{words}, {done:,} of {of:,}" if of else words)

        yield told


@contextmanager
def progress_bar(title: str, total: int | None, *, hidden: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar on standard error; yields a function that takes how far the work has come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=hidden or not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=total)

        def advance(done: int) -> None:
            bar.update(task, completed=done)

        yield advance
