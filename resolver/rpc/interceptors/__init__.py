"""What every call passes through, outermost first: errors, caller, purpose, deadline, decoding."""
