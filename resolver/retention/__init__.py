"""How long records of each class are kept: a policy, which is data."""
