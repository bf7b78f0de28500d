"""The append-only, hash-chained journal: what happened, once, in order, per writer.

Everything else is a projection of it.
"""
