"""What calls pass, outermost first: watching, errors, flood, audit, caller, purpose, access, deadline, decoding."""
