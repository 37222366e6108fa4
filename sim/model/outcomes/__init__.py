"""Outcomes: the catalogue, how each is measured, and the recorder."""
