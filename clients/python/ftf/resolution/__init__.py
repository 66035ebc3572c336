"""Generated code of the contract `ftf.resolution.v1`."""
