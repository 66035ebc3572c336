"""Every limit of the interface in one place, as the comments of the contract promise them.

Lengths of text are code points, lengths of lists entries, times seconds.
"""

from __future__ import annotations

from typing import Final

MESSAGE_BYTES: Final = 4 * 1024 * 1024
"""The largest message in either direction; the default of gRPC clients, so that none has to be configured."""
RECORD_BYTES: Final = 3 * 1024 * 1024
"""The largest record: whatever is accepted can be given back within one message."""
ANSWER_BYTES: Final = 3 * 1024 * 1024
"""From this size on a page ends early, and the links of a batch's decisions are shortened."""
ERROR_BYTES: Final = 4_500
"""Room for the details of an error: they travel as call metadata, of which many clients accept 8 KiB in all."""

VIOLATIONS: Final = 50
"""How many wrong fields one answer names."""
BATCH_RECORDS: Final = 1_000
"""Records of one batch or one message of a stream."""
STREAM_PART: Final = 10
"""Records of a message that are committed together: single calls never wait for more of a stream."""
STREAM_CREDIT: Final = 4_000
"""Records that a stream may have in flight."""
STREAM_BYTES: Final = 16 * 1024 * 1024
"""Bytes of undecided messages after which a stream is read no further for the moment."""

PAGE_DEFAULT: Final = 100
PAGE_LARGEST: Final = 1_000
FEED_PAGE: Final = 200
"""Decisions that the feed reads at a time."""
FEED_KEPT: Final = 1_000
"""Decisions that are kept in memory for those who follow the feed at its end."""
FEED_KEPT_BYTES: Final = 8 * 1024 * 1024
HEARTBEAT: Final = 15.0
"""Seconds without a decision after which the feed sends a heartbeat."""
UNARY_DEADLINE: Final = 30.0
"""Seconds for a unary call that comes without a deadline."""
CONCURRENT_CALLS: Final = 2_000
"""Calls at a time, streams included; beyond it gRPC answers RESOURCE_EXHAUSTED."""
FEWEST_CALLS: Final = 100
"""Unary calls that may run at a time however slow the server is: enough to keep it busy."""
READ_THREADS: Final = 4
"""Threads for reads of the store and for the checking of large messages."""

YEAR_FIRST: Final = 1850
YEAR_LAST: Final = 2100

IDENTITIES: Final = 20
DOCUMENTS: Final = 50
BIOMETRICS: Final = 50
BIOMETRIC_RESULTS: Final = 50
CONTACTS: Final = 50
NAMES: Final = 50
NAME_COMPONENTS: Final = 20
BIRTHS: Final = 20
SEXES: Final = 5
NATIONALITIES: Final = 20
PLACES: Final = 20
CUSTODY: Final = 50
HANDLING_CODES: Final = 10
HANDLING_COUNTRIES: Final = 250
HANDLING_AUTHORITIES: Final = 250
HANDLING_PURPOSES: Final = 20

FULL_NAME: Final = 300
NAME_COMPONENT: Final = 100
PARENT_NAME: Final = 300
AUTHORITY: Final = 200
COUNTRY: Final = 3
AS_ENTERED: Final = 100
LOCALITY: Final = 200
DOCUMENT_NUMBER: Final = 50
MRZ: Final = 150
BIOMETRIC_SYSTEM: Final = 100
BIOMETRIC_REFERENCE: Final = 100
CONTACT: Final = 200
ORIGIN: Final = 100
OPERATION: Final = 200
ITEM: Final = 100
CUSTODIAN: Final = 200
EVALUATION_CODE: Final = 5
ETAG: Final = 100
CASE_REFERENCE: Final = 100
CALLER: Final = 150
EXAMINER: Final = 100
HOLDER: Final = 100
FILTER_COUNTRIES: Final = 250
FILTER_SOURCES: Final = 100
FILTER_KINDS: Final = 50
REASON: Final = 2_000
DUE_WITHIN: Final = 3_650
"""Days."""
SPLIT_RECORDS: Final = 1_000
"""Records that leave an identity in one split."""

PLAN_IDENTITIES: Final = 100
"""Identities of one side of one change of a plan that are shown; a change fits into a message however large it is."""
PLAN_RECORDS: Final = 100
"""Records of one such identity that are named."""
PLAN_LINKS: Final = 20
"""Links that unite, and links that part, which are shown of one change."""
PLAN_WEIGHT: Final = 1_000.0
"""Bits: no threshold is further from zero."""
PLAN_HOLDING: Final = 10**12
"""Records."""

EXPLAINED_VALUES: Final = 50
"""Values of one side of one comparison that an explanation shows."""
