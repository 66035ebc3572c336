"""Shipped, frozen models: definition parameters and term frequencies, dated and hashed."""
