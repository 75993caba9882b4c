"""Wagtail's admin for those who run the corps: its people, its units, its post."""
