"""The pages that one works from: today, the list, a new escalation."""

from django.urls import path

from amends.web.views import escalations, intake, live, saved_views, search, today

urlpatterns = [
    path("", today.page, name="today"),
    path("live/", live.desk, name="today_live"),
    path("search/", search.page, name="search"),
    path("search/palette/", search.palette, name="palette"),
    path("escalations/", escalations.page, name="escalations"),
    path("escalations/live/", live.listed, name="escalations_live"),
    path("escalations/list.csv", escalations.table, name="escalations_table"),
    path("escalations/views/new/", saved_views.add, name="save_view"),
    path("escalations/views/<int:pk>/", saved_views.change, name="change_view"),
    path("escalations/views/<int:pk>/delete/", saved_views.delete, name="delete_view"),
    path("escalations/new/", intake.page, name="new_escalation"),
    path("escalations/new/foresee/", intake.foresee, name="foresee"),
    path("escalations/new/accounts/", intake.names, name="account_names"),
]
