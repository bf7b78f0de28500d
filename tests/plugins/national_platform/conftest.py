"""A platform for every test, on SQLite and on PostgreSQL."""

from tests.support.platform_fixtures import (
    journal_section,
    opened_platform,
    platform,
    shared_platform,
    template,
)

__all__ = ["journal_section", "opened_platform", "platform", "shared_platform", "template"]
