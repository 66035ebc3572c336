"""The client of the contract last released, as one more language of the suite, and what it cannot have."""

import sys
from collections.abc import Iterator

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor

from resolver.rpc.server import SERVICES
from tests.clients.drivers import Language
from tests.contract.previous_stubs import released

_STUBS = "build/clients/previous-contract"
PREVIOUS = Language(
    "previous contract",
    needs=(),
    build=(sys.executable, "-m", "tests.contract.previous_stubs", _STUBS),
    command=(sys.executable, "tests/contract/previous_driver.py", _STUBS),
)
_METHODS = {
    "resolve": "ResolveRecord",
    "withdraw": "WithdrawRecord",
    "get_record": "GetRecord",
    "list_decisions": "ListDecisions",
    "send": "ResolveRecords",
    "follow": "WatchDecisions",
    "create_consumer": "CreateConsumer",
    "acknowledge": "AcknowledgeDecisions",
}
"""The methods that the operations of a driver call."""


def newer_than(scenario, pool: descriptor_pool.DescriptorPool) -> list[str]:
    """The methods and fields that a scenario's driver uses, or has to give, of those that a contract does not have."""
    return sorted({name for step in scenario["steps"] for name in _newer_in(step, pool)})


def previous_contract() -> descriptor_pool.DescriptorPool:
    """The descriptors of the contract last released."""
    pool = descriptor_pool.DescriptorPool()
    for file in released().file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


def _newer_in(step, pool) -> Iterator[str]:
    operation = step.get("operation", step.get("start"))
    if operation not in _METHODS:
        return
    method = _method(_METHODS[operation])
    try:
        known = pool.FindMethodByName(method.full_name)
    except KeyError:
        yield f"{method.containing_service.name}.{method.name}"
        return
    # An operation takes either the whole request or the fields of one.
    yield from _newer_fields(step.get("request", step), method.input_type, known.input_type)
    for name, expected in (step.get("expect", {}).get("ok") or {}).items():
        # A driver gives the whole answer under its name, or the fields of one.
        field = method.output_type.fields_by_name.get(name)
        if field is None:
            yield from _newer_fields(expected, method.output_type, known.output_type)
        elif field.message_type:
            older = known.output_type.fields_by_name[name].message_type
            yield from _newer_fields(expected, field.message_type, older)


def _newer_fields(content, today: Descriptor, known: Descriptor) -> Iterator[str]:
    for each in content if isinstance(content, list) else [content]:
        # A word of the list stands for something that each contract has.
        for name, value in each.items() if isinstance(each, dict) else ():
            field = today.fields_by_camelcase_name.get(name) or today.fields_by_name.get(name)
            if field is None:
                continue
            older = known.fields_by_number.get(field.number)
            if older is None:
                yield f"{today.name}.{field.name}"
            elif field.message_type:
                yield from _newer_fields(value, field.message_type, older.message_type)


def _method(name):
    services = (descriptor_pool.Default().FindServiceByName(service) for service in SERVICES)
    return next(service.methods_by_name[name] for service in services if name in service.methods_by_name)
