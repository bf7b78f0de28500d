"""Duties, and passages of surge mode to be completed

Revision: checkpoint_0002
"""

import sqlalchemy as sa
from alembic import op

revision = "checkpoint_0002"
down_revision = "checkpoint_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoint_duties",
        sa.Column("writer", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("writer", "seq", name=op.f("pk_checkpoint_duties")),
    )
    with op.batch_alter_table("checkpoint_duties", schema=None) as batch_op:
        batch_op.create_index("ix_checkpoint_duties_time", ["writer", "occurred_at_ms"], unique=False)

    op.create_table(
        "checkpoint_later",
        sa.Column("writer", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("passage", sa.String(length=36), nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("writer", "seq", name=op.f("pk_checkpoint_later")),
    )
    with op.batch_alter_table("checkpoint_later", schema=None) as batch_op:
        batch_op.create_index("ix_checkpoint_later_passage", ["passage"], unique=False)
        batch_op.create_index("ix_checkpoint_later_writer", ["writer", "done", "occurred_at_ms"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("checkpoint_later", schema=None) as batch_op:
        batch_op.drop_index("ix_checkpoint_later_writer")
        batch_op.drop_index("ix_checkpoint_later_passage")

    op.drop_table("checkpoint_later")
    with op.batch_alter_table("checkpoint_duties", schema=None) as batch_op:
        batch_op.drop_index("ix_checkpoint_duties_time")

    op.drop_table("checkpoint_duties")
