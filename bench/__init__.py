"""Measures, run by `make bench`."""
