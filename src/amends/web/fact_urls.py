"""The addresses of the ledger of facts."""

from django.urls import include, path

from amends.web.views import facts

_BELOW = [
    path("", facts.page, name="facts"),
    path("new/", facts.state, name="state_fact"),
    path("read/", facts.read, name="read_fact"),
    path("<int:pk>/", facts.one, name="fact"),
    path("<int:pk>/confirm/", facts.confirm, name="confirm_fact"),
    path("<int:pk>/refute/", facts.refute, name="refute_fact"),
    path("<int:pk>/reopen/", facts.reopen, name="reopen_fact"),
    path("<int:pk>/change/", facts.change, name="change_fact"),
    path("<int:pk>/dispute/", facts.dispute, name="dispute_fact"),
    path("<int:pk>/disputes/<int:number>/settle/", facts.settle, name="settle_dispute"),
    path("<int:pk>/correct/", facts.correct, name="correct_fact"),
]

urlpatterns = [path("escalations/<str:key>/facts/", include(_BELOW))]
