"""Cameras behind one small protocol: grey frames with the time they were taken. Reads no codes."""
