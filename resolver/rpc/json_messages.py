"""Messages from their JSON form, as protobuf's own parser makes them, in a fraction of the time.

That parser sets field after field in Python, and is most of what reading a line of a file takes. JSON in its usual
form, where every value is of the type that its field has, is checked here and handed to the message's constructor,
which is compiled. What is not in that form is left to the general parser: it knows the other forms, and tells what is
wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

_M = TypeVar("_M", bound=Message)
_TYPES: Mapping[int, type] = {
    FieldDescriptor.CPPTYPE_STRING: str,
    FieldDescriptor.CPPTYPE_ENUM: str,
    FieldDescriptor.CPPTYPE_BOOL: bool,
    FieldDescriptor.CPPTYPE_INT32: int,
    FieldDescriptor.CPPTYPE_MESSAGE: dict,
}
"""The type that a value has in JSON where it has one usual form."""


class _Unusual(Exception):
    """JSON that is left to the general parser."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field: its name in the constructor, the type of its values, and the message type of these, if they are any."""

    name: str
    kind: type
    repeated: bool
    inner: Any


def message_of(values: Any, kind: type[_M]) -> _M:  # noqa: ANN401 - whatever JSON holds
    """The message that JSON states. Raises as `json_format.ParseDict` does."""
    try:
        return kind(**_arguments(values, kind.DESCRIPTOR))
    except (_Unusual, TypeError, ValueError):
        return json_format.ParseDict(values, kind())


def _arguments(values: Any, descriptor: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """The constructor's arguments; an empty message may be there or not, which the constructor does not tell apart."""
    if type(values) is not dict or not values:
        raise _Unusual
    fields = _fields(descriptor)
    found: dict[str, Any] = {}
    for key, value in values.items():
        field = fields.get(key)
        if field is None or field.name in found:
            raise _Unusual
        if not field.repeated:
            found[field.name] = _value(value, field)
        elif type(value) is list:
            found[field.name] = [_value(each, field) for each in value]
        else:
            raise _Unusual
    return found


def _value(value: Any, field: _Field) -> Any:  # noqa: ANN401 - whatever JSON holds
    if field.inner is not None:
        return _arguments(value, field.inner)
    if type(value) is not field.kind:
        raise _Unusual
    return value


@cache
def _fields(descriptor: Any) -> Mapping[str, _Field]:  # noqa: ANN401 - compiled, or not
    """The fields whose values have one usual form, by the names that JSON may give them."""
    found: dict[str, _Field] = {}
    for field in descriptor.fields:
        kind, inner = _TYPES.get(field.cpp_type), field.message_type
        special = inner is not None and (inner.GetOptions().map_entry or inner.full_name.startswith("google.protobuf."))
        exclusive = field.containing_oneof is not None and len(field.containing_oneof.fields) > 1
        if kind is None or field.type == FieldDescriptor.TYPE_BYTES or special or exclusive:
            continue
        told = _Field(field.name, kind, field.is_repeated, inner)
        found[field.name] = found[field.json_name] = told
    return found
