import datetime as dt, time, pytest
from amends.demo import story
from amends.escalations import boards, invariants
from amends.escalations.models import *
from amends.outbox.models import Delivery
from amends.escalations.actions import escalations
from django.db import connection
from collections import Counter
N=dt.datetime(2026,11,19,13,50,tzinfo=dt.UTC)
@pytest.mark.django_db
def test_it():
    t=time.monotonic(); told=story.tell(now=N); print("took",time.monotonic()-t)
    print(Counter(Event.objects.values_list("kind",flat=True)))
    print(Counter(Delivery.objects.values_list("state",flat=True)))
    print(invariants.breaches(N), Parked.objects.count())
    for r in boards.rows(Escalation.objects.all(),N):
        p=r.next_promise
        print(r.escalation.key,r.escalation.account,"|",r.escalation.status,r.escalation.severity,r.escalation.level,r.escalation.handler,r.escalation.trend,"|",r.solve.health.label,r.tell.health.label,"|day",r.day,f"{r.solved}/{r.problems}","|",p and (p.what,p.due_at.strftime("%a %d %H:%M")))
    for who in told.members[:5]:
      for whose in ("mine","all"):
        b=boards.today(who.as_actor(),whose=whose,zone="Europe/Berlin",now=N)
        print(who,whose,[(g.title,len(g.promises)) for g in b.groups])
    b=Escalation.objects.get(account__name="Brightwater Foods")
    print(b.because, Counter(b.promises.values_list("status",flat=True)))
    line=boards.timeline(b,zone="Europe/Berlin",now=N,limit=400)[0]
    for l in line: print(l.entry.at, l.entry.by,l.entry.sentence)
