"""What every call passes through, outermost first: watching, errors, purpose, deadline, decoding."""
