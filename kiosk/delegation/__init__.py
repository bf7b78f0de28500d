"""Codes that this appliance signs and every post reads without a network: keys, delegations by the platform, signed tokens.

What a token says, and what it is worth, is the business of the slice that makes it.
"""
