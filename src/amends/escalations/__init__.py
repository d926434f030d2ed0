"""Floor 4: the domain. Escalations, their promises, updates, problems, and the timeline that remembers it all."""
