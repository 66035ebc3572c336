"""Re-resolving whole holdings, beside Splink's `predict` and clustering on the same records and pairs."""
