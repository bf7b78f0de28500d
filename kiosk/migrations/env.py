"""Alembic's entry: runs one branch's migrations on the engine that ``kiosk.storage.migrate`` hands over."""

from alembic import context

from kiosk.storage.database import Base

given = context.config.attributes


def belongs(name: str | None, kind: str, _parents: object) -> bool:
    """Only this branch's tables are compared when a migration is generated."""
    return kind != "table" or given.get("owns", lambda _: True)(name)


with given["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table=given["version_table"],
        include_name=belongs,
        include_object=lambda _object, name, kind, _reflected, _to: belongs(name, kind, None),
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
