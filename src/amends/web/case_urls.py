"""The pages of one escalation, all below its key."""

from django.urls import include, path

from amends.web.views import closing, escalation, playbook_editing, problems, promises, updates

_BELOW = [
    path("", escalation.page, name="escalation"),
    path("timeline/", escalation.timeline, name="case_timeline"),
    path("plan/", escalation.plan, name="case_plan"),
    path("promised/", escalation.promised, name="case_promises"),
    path("send/", updates.send, name="send_update"),
    path("send/preview/", updates.preview, name="preview_update"),
    path("no-news/", updates.no_news, name="send_no_news"),
    path("log/", updates.log, name="log_update"),
    path("updates/<int:pk>/", updates.one, name="update"),
    path("promises/new/", promises.make, name="make_promise"),
    path("promises/<int:pk>/move/", promises.move, name="move_promise"),
    path("promises/<int:pk>/settle/", promises.settle, name="settle_promise"),
    path("problems/new/", problems.name, name="name_problem"),
    path("problems/<int:pk>/", problems.one, name="problem"),
    path("problems/<int:pk>/change/", problems.change, name="change_problem"),
    path("problems/<int:pk>/estimate/", problems.estimate, name="estimate_problem"),
    path("problems/<int:pk>/solve/", problems.solve, name="solve_problem"),
    path("problems/<int:pk>/decline/", problems.decline, name="decline_problem"),
    path("problems/<int:pk>/again/", problems.take_up_again, name="take_up_problem"),
    path("handler/", closing.hand_on, name="hand_on"),
    path("severity/", closing.severity, name="change_severity"),
    path("trend/", closing.trend, name="set_trend"),
    path("playbook/", playbook_editing.adopt_for, name="adopt_playbook"),
    path("resolve/", closing.resolve, name="resolve"),
    path("close/", closing.close, name="close"),
    path("reopen/", closing.reopen, name="reopen"),
    path("withdraw/", closing.withdraw, name="withdraw"),
    path("adopt/", closing.adopt, name="adopt"),
]

urlpatterns = [path("escalations/<str:key>/", include(_BELOW))]
