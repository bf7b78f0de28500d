"""Risk levels of the demonstration. Data only."""
