"""Meetings as other people's calendars say them: writes invitations and feeds, reads what comes back; pure."""
