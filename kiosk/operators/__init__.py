"""Who works at the appliance, and how they sign in. ``register`` says who counts; it serves no page."""
