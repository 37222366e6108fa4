"""What a run is given: the schema of a configuration."""
