"""The county as people who know Mesa and pandas use one: from a file, in a batch, as a frame.

The class is `sim.model.county.CountyModel` and what is added to it here changes no number: how it
is made, shown, changed while it runs, and read.
"""
