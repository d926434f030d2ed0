"""Who is logged in where, how often somebody has tried lately, and who changed what."""
