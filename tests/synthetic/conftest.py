"""Five thousand generated records, made once for the tests of the generator."""

from __future__ import annotations

import pytest

from resolver.synthetic import GeneratedRecord, generate_records


@pytest.fixture(scope="session")
def generated() -> list[GeneratedRecord]:
    return list(generate_records(seed=11, records=5000))
