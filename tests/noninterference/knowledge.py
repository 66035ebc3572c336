"""What a viewer asks about: all that it could have heard of, whether it exists for it or not."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from google.protobuf import json_format

_NAMES = re.compile(r"(identities|reviewTasks|verdicts|stagedSources)/[0-9A-Za-z-]+")
NEVER = "sources/bel-police-1/records/never"
"""A record that never was."""
_FIELDS = {"cursor": "cursors", "consistencyToken": "tokens", "etag": "etags"}


@dataclass
class Hearsay:
    """Names, cursors and tokens that others were given in either world; what they would tell a viewer who asks."""

    identities: set[str] = field(default_factory=set)
    reviewTasks: set[str] = field(default_factory=set)
    verdicts: set[str] = field(default_factory=set)
    stagedSources: set[str] = field(default_factory=set)
    cursors: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    etags: set[str] = field(default_factory=set)

    def hear(self, message):
        """Takes in what somebody was answered."""
        self._hear(json_format.MessageToDict(message))

    def _hear(self, value, key=""):
        if isinstance(value, dict):
            for name, inner in value.items():
                self._hear(inner, name)
        elif isinstance(value, list):
            for inner in value:
                self._hear(inner, key)
        elif isinstance(value, str):
            if key in _FIELDS:
                getattr(self, _FIELDS[key]).add(value)
            elif found := _NAMES.fullmatch(value):
                getattr(self, found[1]).add(value)


@dataclass(frozen=True)
class Known:
    """All names that a viewer asks about, the same in both worlds, in an order of their own.

    `purpose` is the viewer's, `own` its authority, `moments` are times to look back to.
    """

    own: str
    records: tuple[str, ...]
    identities: tuple[str, ...]
    hearsay: Hearsay
    moments: tuple[datetime, ...]

    @property
    def sources(self):
        """The sources of the records."""
        return sorted({name.partition("/records/")[0] for name in self.records})

    @property
    def tasks(self):
        """Review tasks that somebody was told of, and one that never was."""
        return (*sorted(self.hearsay.reviewTasks), "reviewTasks/0000000000001-0000000000002")

    @property
    def verdicts(self):
        """Verdicts that somebody was told of, and one that never was."""
        return (*sorted(self.hearsay.verdicts), "verdicts/123456789")
