"""What can be asked of the model besides running it."""
