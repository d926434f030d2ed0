"""The addresses of what is said inside: notes, files, watchers, and what one was told."""

from django.urls import include, path

from amends.web.views import files, notes, notices, watchers

_BELOW = [
    path("notes/", notes.write, name="write_note"),
    path("notes/<int:pk>/", notes.one, name="note"),
    path("problems/<int:pk>/notes/", notes.write_on_problem, name="write_problem_note"),
    path("files/<int:pk>/", files.one, name="file"),
    path("watch/", watchers.watch, name="watch"),
    path("watch/stop/", watchers.stop, name="stop_watching"),
    path("watchers/new/", watchers.add, name="add_watcher"),
    path("watchers/<int:pk>/remove/", watchers.remove, name="remove_watcher"),
]

urlpatterns = [
    path("escalations/<str:key>/", include(_BELOW)),
    path("notices/", notices.page, name="notices"),
    path("notices/seen/", notices.see_all, name="see_notices"),
    path("people/names/", notes.names, name="member_names"),
]
