"""The client of the resolution service: the generated stubs, and what makes the right thing easy around them.

>>> from ftf_client import Tls, connect
>>> with connect("resolver.example:443", tls=Tls(...), purpose="identify", case_reference="case 7") as client:
...     decision = client.resolution.ResolveRecord(request)
"""

from ftf_client.client import Client, Tls, connect
from ftf_client.credit import BatchTooLarge
from ftf_client.cursors import CursorStore, SqliteCursors
from ftf_client.errors import (
    AlreadyExists,
    Cancelled,
    Conflict,
    DeadlineExceeded,
    FieldViolation,
    Internal,
    InvalidInput,
    NotFound,
    Overloaded,
    PermissionDenied,
    PlainTextRefused,
    Refused,
    ServiceError,
    Unauthenticated,
    Unreachable,
    Unsupported,
    error_of_status,
)
from ftf_client.follower import FeedFollower
from ftf_client.pages import pages
from ftf_client.persistence import Persistence
from ftf_client.sender import Batch, RecordSender, batched

__all__ = [
    "AlreadyExists",
    "Batch",
    "BatchTooLarge",
    "Cancelled",
    "Client",
    "Conflict",
    "CursorStore",
    "DeadlineExceeded",
    "FeedFollower",
    "FieldViolation",
    "Internal",
    "InvalidInput",
    "NotFound",
    "Overloaded",
    "PermissionDenied",
    "Persistence",
    "PlainTextRefused",
    "RecordSender",
    "Refused",
    "ServiceError",
    "SqliteCursors",
    "Tls",
    "Unauthenticated",
    "Unreachable",
    "Unsupported",
    "batched",
    "connect",
    "error_of_status",
    "pages",
]
