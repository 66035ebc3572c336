"""Tests of the standardiser: tables of cases, and properties."""
