"""Devices behind small protocols, each with a virtual twin. Imports neither the core nor plugins."""
