"""The pages of causes: what lies behind several escalations, whom it affects, what they are told."""

from django.urls import include, path

from amends.web.views import cause_cases, cause_notices, causes

_BELOW = [
    path("", causes.one, name="cause"),
    path("change/", causes.change, name="change_cause"),
    path("solve/", causes.solve, name="solve_cause"),
    path("reopen/", causes.reopen, name="reopen_cause"),
    path("accounts/", causes.mark, name="mark_accounts"),
    path("accounts/<int:pk>/clear/", causes.clear, name="clear_account"),
    path("notices/new/", cause_notices.write, name="new_cause_notice"),
    path("notices/<int:pk>/", cause_notices.one, name="cause_notice"),
    path("notices/<int:pk>/progress/", cause_notices.progress, name="cause_notice_progress"),
    path("notices/<int:pk>/stop/", cause_notices.stop, name="stop_cause_notice"),
    path("notices/<int:pk>/go-on/", cause_notices.go_on, name="go_on_cause_notice"),
]

urlpatterns = [
    path("causes/", causes.page, name="causes"),
    path("causes/new/", causes.add, name="new_cause"),
    path("causes/<str:cause>/", include(_BELOW)),
    path("escalations/<str:key>/causes/new/", cause_cases.link, name="link_cause"),
    path("escalations/<str:key>/causes/<str:cause>/remove/", cause_cases.unlink, name="unlink_cause"),
]
