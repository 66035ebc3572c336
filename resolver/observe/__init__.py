"""What an operator sees of a running server: metrics, logs, traces. None of it holds personal data."""
