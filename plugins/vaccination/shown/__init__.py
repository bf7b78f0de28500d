"""Doses given elsewhere: a certificate or another site's slip is scanned, or paper is typed, and they count as known history."""
