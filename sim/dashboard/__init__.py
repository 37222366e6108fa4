"""The interactive page: a county beside its twin without the policies."""
