"""Indexes of the refused, and of passages of a vehicle, alone

Revision: checkpoint_0003
"""

import sqlalchemy as sa
from alembic import op

revision = "checkpoint_0003"
down_revision = "checkpoint_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("checkpoint_passages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkpoint_passages_decision"))
        batch_op.drop_index(batch_op.f("ix_checkpoint_passages_group"))
        batch_op.create_index(
            "ix_checkpoint_passages_refused",
            ["occurred_at_ms"],
            unique=False,
            sqlite_where=sa.text("decision = 'refuse'"),
            postgresql_where=sa.text("decision = 'refuse'"),
        )
        batch_op.create_index(
            "ix_checkpoint_passages_vehicle",
            ["group_id"],
            unique=False,
            sqlite_where=sa.text("group_id != ''"),
            postgresql_where=sa.text("group_id != ''"),
        )


def downgrade() -> None:
    with op.batch_alter_table("checkpoint_passages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_checkpoint_passages_vehicle",
            sqlite_where=sa.text("group_id != ''"),
            postgresql_where=sa.text("group_id != ''"),
        )
        batch_op.drop_index(
            "ix_checkpoint_passages_refused",
            sqlite_where=sa.text("decision = 'refuse'"),
            postgresql_where=sa.text("decision = 'refuse'"),
        )
        batch_op.create_index(batch_op.f("ix_checkpoint_passages_group"), ["group_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_checkpoint_passages_decision"), ["decision", "occurred_at_ms"], unique=False
        )
