"""Schema of a configuration: what a run is given."""
