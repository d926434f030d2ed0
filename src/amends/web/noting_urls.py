"""The addresses of what is said inside, and of what came in: notes, files, watchers, notices, mail."""

from django.urls import include, path

from amends.web.views import files, incoming, notes, notices, watchers

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
    path("mail/", incoming.page, name="mail"),
    path("mail/<int:pk>/", incoming.one, name="incoming"),
    path("mail/<int:pk>/html/", incoming.html, name="incoming_html"),
    path("mail/<int:pk>/mail.eml", incoming.raw, name="incoming_raw"),
    path("mail/<int:pk>/file/", incoming.file, name="file_incoming"),
    path("mail/<int:pk>/open/", incoming.open_one, name="open_incoming"),
    path("mail/<int:pk>/set-aside/", incoming.set_aside, name="set_aside_incoming"),
    path("notices/seen/", notices.see_all, name="see_notices"),
    path("people/names/", notes.names, name="member_names"),
]
