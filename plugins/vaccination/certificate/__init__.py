"""Certificates: issued, shown, revoked; the signer's keys."""
