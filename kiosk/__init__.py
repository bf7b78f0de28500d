"""The core of the appliance: it knows no plugin and no device."""

__version__ = "0.1.0"
