"""Villagers, cadres and collectives: state in columns, Mesa agents as views on rows."""

from sim.model.agents.cadre import Cadre
from sim.model.agents.collective import VillageCollective
from sim.model.agents.columns import RowAgent, Table
from sim.model.agents.fields import Column, Derived
from sim.model.agents.villager import Villager

__all__ = ["Cadre", "Column", "Derived", "RowAgent", "Table", "VillageCollective", "Villager"]
