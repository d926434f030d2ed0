"""The addresses of the customer's page: those that its link opens, and those inside that are about it."""

from django.urls import include, path

from amends.web.views import customer_links, customer_page

_BELOW = [
    path("customer-links/new/", customer_links.give, name="give_customer_link"),
    path("customer-links/<int:pk>/revoke/", customer_links.revoke, name="revoke_customer_link"),
    path("customer-page/<int:contact>/", customer_links.look, name="look_as_customer"),
]

urlpatterns = [
    path("escalations/<str:key>/", include(_BELOW)),
    path("c/", customer_page.again, name="customer_page_again"),
    path("c/<str:token>/", customer_page.page, name="customer_page"),
    path("c/<str:token>/files/<int:pk>/", customer_page.file, name="customer_file"),
    path("c/<str:token>/meetings/<int:pk>.ics", customer_page.meeting, name="customer_meeting"),
    path("c/<str:token>/<str:way>/", customer_page.act, name="customer_act"),
]
