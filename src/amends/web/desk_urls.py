"""The pages that one works from: today, the list, a new escalation."""

from django.urls import path

from amends.web.views import escalations, intake, today

urlpatterns = [
    path("", today.page, name="today"),
    path("escalations/", escalations.page, name="escalations"),
    path("escalations/new/", intake.page, name="new_escalation"),
    path("escalations/new/foresee/", intake.foresee, name="foresee"),
    path("escalations/new/accounts/", intake.names, name="account_names"),
]
