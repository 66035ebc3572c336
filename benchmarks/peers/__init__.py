"""Other tools on the same records, each in an environment of its own and used as its documentation says."""
