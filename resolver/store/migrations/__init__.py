"""Numbered schema changes, applied in order when a store is opened."""
