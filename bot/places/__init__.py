"""The catalogue: typed records of places, their geography, opening hours, checks and search."""
