"""Who may do what: roles and purposes by caller, sources by owner, delegation; from one file, denied by default."""
