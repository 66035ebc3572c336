"""The soak: a server under a mixture of good and bad clients, for minutes; nothing is lost and nothing leaks."""
