"""The pages of the desk's work: today, the list, one case, a new one."""

from django.urls import path

from amends.web.views import today

urlpatterns = [
    path("escalations/<str:key>/", today.page, name="escalation"),
]
