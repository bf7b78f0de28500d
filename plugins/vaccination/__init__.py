"""Vaccination at a site. So far its rules alone, in ``rules``: what may be given to whom, when, and from which vial."""
