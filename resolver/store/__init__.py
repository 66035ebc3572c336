"""DuckDB: schema, transactions, the feed and what readers see."""
