"""The pages of the desk's work: today, the list, one case, a new one."""

from django.urls import path

from amends.web.views import today

urlpatterns = [
    path("", today.page, name="today"),
    path("escalations/", today.page, name="escalations"),
    path("escalations/new/", today.page, name="new_escalation"),
    path("escalations/<str:key>/", today.page, name="escalation"),
]
