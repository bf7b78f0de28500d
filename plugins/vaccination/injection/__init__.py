"""Injection: ticket, vial, confirm."""
