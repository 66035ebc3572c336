"""What every call passes through, outermost first: errors, purpose, deadline, decoding."""
