"""The addresses of meetings, all below their case, and of the calendars to subscribe to."""

from django.urls import include, path

from amends.web.views import calendars, meeting_notes, meetings

_BELOW = [
    path("", meetings.page, name="meetings"),
    path("new/", meetings.plan, name="plan_meeting"),
    path("read/", meetings.read, name="read_meeting_text"),
    path("<int:pk>/", meetings.one, name="meeting"),
    path("<int:pk>/change/", meetings.change, name="change_meeting"),
    path("<int:pk>/call-off/", meetings.call_off, name="call_off_meeting"),
    path("<int:pk>/held/", meetings.held, name="held_meeting"),
    path("<int:pk>/answers/<int:number>/", meetings.answer_for, name="answer_meeting"),
    path("<int:pk>/meeting.ics", calendars.file, name="meeting_file"),
    path("<int:pk>/brief/", meeting_notes.brief, name="meeting_brief"),
    path("<int:pk>/notes/", meeting_notes.write, name="meeting_notes"),
    path("<int:pk>/notes/preview/", meeting_notes.preview, name="preview_meeting_notes"),
    path("<int:pk>/notes/none/", meeting_notes.waive, name="waive_meeting_notes"),
]

urlpatterns = [
    path("escalations/<str:key>/meetings/", include(_BELOW)),
    path("calendar/<str:key>.ics", calendars.feed, name="calendar_feed"),
    path("you/calendar/", calendars.address, name="calendar_address"),
    path("you/calendar/forget/", calendars.forget_address, name="forget_calendar_address"),
]
