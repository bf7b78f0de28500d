"""Shipped twins of every device: for tests, for the demo, and for a site that has no such device yet."""
