"""The database: opening it, its tables' versions, fast statements, and what is wrong with the card, in words."""
