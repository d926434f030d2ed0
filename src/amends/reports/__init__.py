"""Floor 5: answers across many escalations. Reads only."""
