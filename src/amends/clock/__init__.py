"""Time, pure: calendars, spans, cadences, ladders and the rules that read them. No Django, no database."""
