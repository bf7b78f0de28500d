"""A site's profile: read, checked, and its mistakes told with file, line and key."""
