"""Studies of the field, tried in worlds whose truth is known."""
