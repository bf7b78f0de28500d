"""The supervisor's day: reconciliation, report, export."""
