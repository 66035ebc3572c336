"""Pure functions from match weights to identities: partition, policy, receipts, review tasks."""
