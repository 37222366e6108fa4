"""Which points an experiment visits."""
