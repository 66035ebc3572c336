"""Arrow schemas of the rows that the writer hands to DuckDB, in the order of the tables' columns."""

import pyarrow as pa

TEXT_BATCH = pa.schema([("name", pa.string())])
NUMBERS = pa.schema([("record_number", pa.int64())])
KEYS = pa.schema([("key", pa.int64()), ("record_number", pa.int64()), ("family", pa.string())])
PAIRS = pa.schema(
    [
        ("record_number", pa.int64()),
        ("other_number", pa.int64()),
        ("match_weight", pa.float64()),
        ("identifying", pa.bool_()),
        ("cell", pa.int8()),
    ]
)
TIME = pa.timestamp("us")
RECORDS = pa.schema(
    [
        ("number", pa.int64()),
        ("name", pa.string()),
        ("source", pa.string()),
        ("version", pa.int32()),
        ("withdrawn", pa.bool_()),
        ("create_time", TIME),
        ("update_time", TIME),
        ("digest", pa.binary()),
        ("country", pa.string()),
        ("authority", pa.string()),
        ("minor", pa.bool_()),
        ("confirmed", pa.bool_()),
        ("status", pa.int8()),
        ("handle", pa.int64()),
        ("guard", pa.int32()),
        ("marking", pa.string()),
    ]
)
VERSIONS = pa.schema(
    [
        ("number", pa.int64()),
        ("version", pa.int32()),
        ("withdrawn", pa.bool_()),
        ("accept_time", TIME),
        ("payload", pa.binary()),
        ("guard", pa.int32()),
    ]
)
DECISIONS = pa.schema(
    [
        ("sequence", pa.int64()),
        ("record_number", pa.int64()),
        ("commit_time", TIME),
        ("body", pa.string()),
        ("audience", pa.int32()),
    ]
)
IDENTITIES = pa.schema([("identity_number", pa.int64()), ("sequence", pa.int64()), ("audience", pa.int32())])
MEMBERSHIPS = pa.schema(
    [
        ("record_number", pa.int64()),
        ("identity_number", pa.int64()),
        ("from_decision", pa.int64()),
        ("until_decision", pa.int64()),
        ("from_audience", pa.int32()),
        ("until_audience", pa.int32()),
    ]
)
ENDED = pa.schema([("record_number", pa.int64()), ("sequence", pa.int64()), ("audience", pa.int32())])
TASKS = pa.schema(
    [
        ("identity_low", pa.int64()),
        ("identity_high", pa.int64()),
        ("reason", pa.int32()),
        ("left_number", pa.int64()),
        ("right_number", pa.int64()),
        ("match_weight", pa.float64()),
        ("raised_by", pa.int64()),
        ("closed_by", pa.int64()),
        ("raise_time", TIME),
        ("priority", pa.float64()),
        ("number", pa.int64()),
        ("raised_audience", pa.int32()),
        ("closed_audience", pa.int32()),
    ]
)
ENDED_TASKS = pa.schema(
    [
        ("identity_low", pa.int64()),
        ("identity_high", pa.int64()),
        ("sequence", pa.int64()),
        ("audience", pa.int32()),
    ]
)
ANSWERS = pa.schema(
    [("request_key", pa.string()), ("digest", pa.binary()), ("body", pa.string()), ("answer_time", TIME)]
)
VERDICTS = pa.schema(
    [
        ("number", pa.int64()),
        ("left_number", pa.int64()),
        ("right_number", pa.int64()),
        ("kind", pa.int8()),
        ("basis", pa.int8()),
        ("justification", pa.int8()),
        ("reason", pa.string()),
        ("examiner", pa.string()),
        ("state", pa.int8()),
        ("create_time", TIME),
        ("update_time", TIME),
        ("confirmed_by", pa.string()),
        ("withdrawn_by", pa.string()),
        ("withdrawal_reason", pa.string()),
        ("second_person", pa.list_(pa.int8())),
        ("revision", pa.int32()),
    ]
)
AUDIT = pa.schema(
    [
        ("number", pa.int64()),
        ("entry_time", TIME),
        ("caller", pa.string()),
        ("method", pa.string()),
        ("body", pa.string()),
        ("hash", pa.binary()),
    ]
)
