import datetime as dt
import pytest
from tests import make
from amends.escalations.actions import escalations, promises, updates, looks, problems
from amends.escalations.models import *
from amends.outbox.models import Delivery
from amends.escalations import boards, invariants

H = dt.timedelta(hours=1)


@pytest.mark.django_db
def test_smoke():
    e = make.escalation(problems=("Every order arrives twice",))
    n = make.THURSDAY
    print(e, e.severity, e.because, e.handler, [(p.what, p.due_at) for p in e.promises.all()])
    looks.look_at_due(n)
    e.refresh_from_db()
    print(e.next_look_at)
    for h in range(1, 200):
        looks.look_at_due(n + h * H)
    print([(x.kind, x.words.get("told"), x.at) for x in e.events.all()])
    nadia = e.handler.as_actor()
    u = updates.send_no_news(e, by=nadia, now=n + 201 * H)
    print(u.text)
    print([(p.what, p.due_at, p.status) for p in e.promises.all()])
    for d in Delivery.objects.all()[:30]:
        print(d.address, d.letter["subject"])
    problems.solve(e.problems.get(), by=nadia, now=n + 202 * H)
    escalations.resolve(e, by=nadia, now=n + 203 * H)
    escalations.close(e, outcome="recovered", confirmed_by="Maria", by=nadia, now=n + 204 * H)
    lines, more = boards.timeline(e, zone="Europe/Berlin", now=n + 205 * H)
    for l in lines[:12]:
        print(l.entry.by, l.entry.sentence)
    assert not invariants.breaches(n + 205 * H)
    print(boards.case(e, n), boards.today(nadia, whose="mine", zone="Europe/Berlin", now=n))
