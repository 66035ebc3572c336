"""The words of the field as frozen values, and the errors. Imports nothing of ours."""
