"""Runs, carried out here or on a cluster."""
