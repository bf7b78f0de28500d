"""Arrival: the desk, the queue and the call board."""
