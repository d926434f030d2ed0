"""Floor 6: a story of a company and its customers, told in actions, so that it cannot rot."""
