"""The texts of explanations, by stable codes, in four languages."""
