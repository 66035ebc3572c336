"""The figures of the README, measured through the service as a user would."""
