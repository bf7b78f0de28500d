"""Screening and consent."""
