"""Risk levels of areas over time, one TOML each. Data only."""
