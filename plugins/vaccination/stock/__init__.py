"""Vaccine at the site: consignments, vials, temperature, waste, transfer, recall."""
