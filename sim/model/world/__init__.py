"""The county's places: official lists, the nested grid, merger plans."""
