"""How long declarations count: data, read by ``plugins.declaration.validity``."""
