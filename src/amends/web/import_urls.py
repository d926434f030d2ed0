"""The pages on which accounts, contacts and members are brought in."""

from django.urls import path

from amends.web.views import imports

urlpatterns = [
    path("imports/", imports.page, name="imports"),
    path("imports/new/", imports.add, name="new_import"),
    path("imports/<int:pk>/", imports.one, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import_progress"),
    path("imports/<int:pk>/check/", imports.check_rows, name="check_import"),
    path("imports/<int:pk>/apply/", imports.apply, name="apply_import"),
    path("imports/<int:pk>/stop/", imports.stop, name="stop_import"),
    path("imports/<int:pk>/discard/", imports.discard, name="discard_import"),
    path("imports/<int:pk>/mistakes.csv", imports.mistakes, name="import_mistakes"),
]
