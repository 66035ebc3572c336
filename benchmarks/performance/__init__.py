"""How fast the service is, how much it needs, and how both grow with the store: `make bench`, `make bench-full`."""
