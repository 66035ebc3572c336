"""Lists are read page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

_Page = TypeVar("_Page")


def pages(method: Callable[..., _Page], request: Any) -> Iterator[_Page]:  # noqa: ANN401 - of any list
    """Every page of a list, from the request's own page token on; the request stays as it is.

    >>> for page in pages(client.decisions.ListDecisions, ListDecisionsRequest(page_size=1000)):
    ...     print(len(page.decisions))
    """
    asked = type(request)()
    asked.CopyFrom(request)
    while True:
        page: Any = method(asked)
        yield page
        if not page.next_page_token:
            return
        asked.page_token = page.next_page_token
