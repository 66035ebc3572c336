"""Resolves the identities of people across the records of many countries."""
