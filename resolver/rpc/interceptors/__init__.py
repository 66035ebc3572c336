"""What calls pass, outermost first: watching, errors, audit, caller, purpose, access, deadline, decoding."""
