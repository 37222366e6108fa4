"""Research behind the merger planner: what the lists of 2020 teach it, and how well it predicts."""
