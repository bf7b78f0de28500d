"""Handheld and built-in scanners behind one small protocol: whole payloads as bytes. Interprets no payload."""
