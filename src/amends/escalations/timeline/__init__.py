"""The one way onto the timeline, and how it reads."""
