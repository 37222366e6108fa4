"""Running: tasks, and what carries them out, here or on a cluster."""
