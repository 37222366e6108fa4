"""Design: the points that an experiment visits, and which are compared with which."""
