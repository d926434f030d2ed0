from hypothesis import settings

# The first look at a zone reads it from disk, and a busy machine is no mistake of ours.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
