"""Measures of what must stay fast: `make bench`."""
