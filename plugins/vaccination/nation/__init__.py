"""The platform: registrations, appointments, conflicts, figures."""
