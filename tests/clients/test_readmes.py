"""The page of each client names every service of the contract."""

import re

import pytest

from resolver.rpc.server import SERVICES
from tests.clients import drivers
from tests.clients.catalogue import ROOT


@pytest.mark.parametrize("language", [language.name for language in drivers.languages()])
def test_every_service_is_in_the_list_of_a_client(language):
    """As `client.identities`, `Identities` or `IdentityServiceGrpc`."""
    page = (ROOT / "clients" / language / "README.md").read_text(encoding="utf-8").lower()
    stems = [service.rpartition(".")[2].removesuffix("Service").lower()[:-1] for service in SERVICES]
    assert [stem for stem in stems if not re.search(rf"`(client\.)?{stem}\w*`", page)] == []
