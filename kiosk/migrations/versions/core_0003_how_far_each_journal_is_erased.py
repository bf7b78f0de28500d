"""How far each journal is erased, on the platform

Revision: core_0003
"""

import sqlalchemy as sa
from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_erasures",
        sa.Column("writer", sa.String(length=32), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("writer", "days", name=op.f("pk_journal_erasures")),
    )


def downgrade() -> None:
    op.drop_table("journal_erasures")
