"""Everything that one can do, a module a noun. Only what stands here writes.

Every act takes `by` and `now`, locks the escalation first, refuses early in a sentence, and records last.
"""
