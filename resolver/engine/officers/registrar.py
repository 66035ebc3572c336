"""The registrar: keeps the list of consumers of the feed, within the writer's transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from resolver.domain.consumer import Consumer, Registered, check_holder, require_held
from resolver.domain.errors import ErrorReason, Refused
from resolver.engine.asked.consumers import Acknowledge, CreateConsumer, DeleteConsumer, Registration
from resolver.engine.officers.counters import Counters
from resolver.store.consumer_rows import ConsumerRows


class Registrar:
    """Carries out what consumers ask for. Holds no state of its own beyond its tools."""

    def __init__(self, rows: ConsumerRows, clock: Callable[[], datetime]) -> None:
        self._rows = rows
        self._clock = clock

    def carry_out(self, asked: Registration, counters: Counters) -> Registered:
        """Carries out one registration.

        Raises:
            ResolverError: it does not fit what is there; nothing was written.
        """
        now = counters.time = max(self._clock(), counters.time)
        match asked:
            case CreateConsumer():
                return Registered(self._create(asked, now))
            case Acknowledge():
                return Registered(self._acknowledge(asked, now))
            case DeleteConsumer():
                return Registered(self._delete(asked))

    def _create(self, asked: CreateConsumer, now: datetime) -> Consumer:
        found = self._rows.named(asked.name)
        if found is not None:
            check_holder(found, asked.holder)
            if (found.wants, found.start) != (asked.wants, asked.start):
                message = f"{asked.name} was created with another filter or start_cursor"
                raise Refused(ErrorReason.CONSUMER_DIFFERS, message)
            return found
        number = self._rows.next_number()
        created = Consumer(number, asked.name, asked.holder, asked.wants, now, asked.start, asked.start, None)
        self._rows.write(created)
        return created

    def _acknowledge(self, asked: Acknowledge, now: datetime) -> Consumer:
        before = require_held(self._rows.named(asked.name), asked.name, asked.holder)
        if asked.place.sequence <= before.acknowledged.sequence:
            return before
        after = replace(before, acknowledged=asked.place, acknowledge_time=now)
        self._rows.write(after)
        if self._rows.has_to_undo(before, asked.place.sequence):
            self._rows.write_acknowledgement(after)
        return after

    def _delete(self, asked: DeleteConsumer) -> Consumer:
        found = require_held(self._rows.named(asked.name), asked.name, asked.holder)
        outstanding = 0 if asked.force else self._rows.outstanding(found, asked.viewer)
        if outstanding:
            message = f"{outstanding:,} decisions are outstanding for {asked.name}"
            raise Refused(ErrorReason.CONSUMER_OUTSTANDING, message)
        self._rows.delete(found)
        return found
