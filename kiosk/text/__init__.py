"""Texts of people and codes: names as they are shown, damaged letters mended, base45. No I/O."""
