"""Tickets that are not out of the printer yet

Revision: core_0004
"""

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_due_receipts",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("writer", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("starts", sa.SmallInteger(), nullable=False),
        sa.Column("problem", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_core_due_receipts")),
    )


def downgrade() -> None:
    op.drop_table("core_due_receipts")
