"""Plugins: found, loaded, called one at a time, contained. ``host`` makes the calls; the contract is ``kiosk.hookspecs``."""
