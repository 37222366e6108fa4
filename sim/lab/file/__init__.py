"""The experiment file: what it may say, and what it says, read with its configurations."""
