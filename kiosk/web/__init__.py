"""The core's pages and HTTP interface. Knows the appliance; knows no plugin by name."""
