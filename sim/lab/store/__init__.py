"""An experiment's folder."""
