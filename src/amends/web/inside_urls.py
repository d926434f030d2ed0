"""The pages of who inside must know what: holds on outreach, who is away, insights, gaps."""

from django.urls import path

from amends.web.views import absences, gaps, holds, insights

urlpatterns = [
    path("holds/", holds.page, name="holds"),
    path("holds/feed/<str:key>/", holds.feed, name="holds_feed"),
    path("you/feed/", holds.address, name="holds_address"),
    path("you/feed/forget/", holds.forget_address, name="forget_holds_address"),
    path("people/gaps/", gaps.page, name="gaps"),
    path("people/<int:pk>/absences/", absences.page, name="absences"),
    path("people/<int:pk>/absences/<int:absence>/", absences.change, name="change_absence"),
    path("people/<int:pk>/absences/<int:absence>/end/", absences.end, name="end_absence"),
    path("accounts/<int:pk>/insights/new/", insights.add, name="new_insight"),
    path("accounts/<int:pk>/insights/<int:insight>/", insights.change, name="change_insight"),
    path("accounts/<int:pk>/insights/<int:insight>/retire/", insights.retire, name="retire_insight"),
    path("accounts/<int:pk>/insights/<int:insight>/tell/", insights.tell, name="tell_insight"),
    path("accounts/<int:pk>/purchases/new/", insights.add_purchase, name="new_purchase"),
    path("accounts/<int:pk>/purchases/<int:purchase>/", insights.change_purchase, name="change_purchase"),
    path("accounts/<int:pk>/purchases/<int:purchase>/remove/", insights.remove_purchase, name="remove_purchase"),
]
