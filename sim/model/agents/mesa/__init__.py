"""Mesa's API over the model's tables: sets of agents, cells of the grid, copies that go on.

Nothing here is needed to understand the model: its months work on columns. It is for those who
look at a county as at any `mesa.Model`: ``agents_by_type``, ``select``, ``groupby``,
``DataCollector``, ``SolaraViz``, cells and property layers, pickles. Of the model only
`sim.model.county` imports it (a contract in ``pyproject.toml``).
"""
