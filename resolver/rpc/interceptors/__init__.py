"""What every call passes through, outermost first: watching, errors, caller, purpose, access, deadline, decoding."""
