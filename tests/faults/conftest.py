"""A platform's database, SQLite and PostgreSQL, for the campaigns."""

from tests.support.platform_fixtures import journal_section, template

__all__ = ["journal_section", "template"]
