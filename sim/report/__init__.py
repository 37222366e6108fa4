"""Reports: figures, maps, series and the summary, from stored results only."""
