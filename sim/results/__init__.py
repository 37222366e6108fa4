"""Folders of results: written whole, replaced only by hecun, read as frames."""
