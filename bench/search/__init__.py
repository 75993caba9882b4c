"""How well and how fast the search finds."""
