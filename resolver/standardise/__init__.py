"""Raw fields become comparable columns. Pure functions of the record: no clock, no order, no other record."""
