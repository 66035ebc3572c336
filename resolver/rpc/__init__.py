"""gRPC: one file a service; `convert.py` is the only place where messages become domain values."""
