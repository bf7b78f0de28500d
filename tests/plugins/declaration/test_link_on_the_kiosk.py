"""The kiosk's screen offers the form where the plugin is on, and the form leads back."""

from __future__ import annotations

import pytest

from kiosk.web.app import create_app
from tests.support.appliance import Workshop

LINK = 'href="/declaration/?lang=vi"'


@pytest.mark.parametrize(("plugins", "offered"), [(("citizen_id", "declaration"), True), (("citizen_id",), False)])
def test_the_screen_offers_the_form_where_the_plugin_is_on(
    workshop: Workshop, plugins: tuple[str, ...], offered: bool
) -> None:
    client = create_app(workshop.open(plugins)).test_client()
    page = client.get("/kiosk").text
    assert (LINK in page) is offered
    assert ("Declare health" in page) is offered  # the switch of languages needs no network
    if offered:
        assert 'href="/kiosk"' in client.get("/declaration/").text
