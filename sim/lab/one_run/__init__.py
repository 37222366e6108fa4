"""One run, seen closely: done again, or one villager under two policies."""
