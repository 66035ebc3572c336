"""Ways to read what a server tells of itself."""

import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families


def _scrape(address):
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=60) as answer:
        return answer.read().decode()


@pytest.fixture
def scrape():
    """The text that Prometheus would get from an address."""
    return _scrape


@pytest.fixture
def samples():
    """The samples of such a text, as (name, labels without their order) to value."""

    def read(text):
        return {
            (sample.name, *sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    return read
