"""Processes of a month: one file each, its rules first, then its pass over agents."""
