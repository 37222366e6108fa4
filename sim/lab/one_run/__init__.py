"""One run again; one villager under two policies."""
