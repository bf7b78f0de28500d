"""One person's story. ``story`` is the whole product on a page; the rest is what it leans on."""
