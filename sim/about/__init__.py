"""Questions to the model besides running it: explanations, facts, literature, the ODD's lists."""
