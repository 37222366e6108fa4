"""The model: all that the numbers of a run depend on."""
