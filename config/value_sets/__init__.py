"""Code lists of public bodies, one CSV each, with their source. Data only; ``config.value_set`` reads them."""
