"""What a user sees of a run: figures, maps, series and the summary, from stored results only."""
