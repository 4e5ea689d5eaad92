"""Turn a city's goal sheets into an accessible public website."""

__version__ = "0.1.0"
