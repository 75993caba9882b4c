"""Verbs that change people and the organisation."""
