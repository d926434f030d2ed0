"""Members at work: each in a thread of their own, with time to think, over the API and nothing else."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.soak.calling import Answer, Line
from tests.soak.ledger import Deed, Ledger

Case = dict[str, Any]
# Seconds of ours between two acts of one member, on average.
THINKS_FOR = 2.0
# After so many acts one looks anew at what there is.
LOOKS_AGAIN_AFTER = 6
UNSETTLED = ("named", "confirmed", "in work", "waiting")


@dataclass
class Working:
    """One member at work. `away` says whether a part was down at any time since a moment of time.monotonic()."""

    number: int
    line: Line
    colleagues: list[int]
    accounts: list[int]
    ledger: Ledger
    chance: random.Random
    now: Callable[[], dt.datetime]
    away: Callable[[dt.datetime], bool]
    _cases: list[Case] = field(default_factory=list)
    _acts: int = 0

    def work(self, stop: threading.Event) -> None:
        """Act and think, until told to stop."""
        while not stop.wait(self.chance.expovariate(1 / THINKS_FOR)):
            if not self._acts % LOOKS_AGAIN_AFTER:
                self._look()
            self._acts += 1
            act = self.chance.choices(list(ACTS), weights=list(ACTS.values()))[0]
            act(self)
        self.line.hang_up()

    # What acts are made of

    def get(self, path: str) -> Any:
        """Read; None where there was nothing to be had."""
        asked_at = self.now()
        answer = self.line.ask("GET", path)
        noun = path.strip("/").split("/")[-1].split("?")[0]
        noun = "one" if not noun or any(letter.isdigit() for letter in noun) else noun
        self.ledger.note(f"read {noun}", answer, at=asked_at, may_be_away=self.away(asked_at))
        return answer.body if answer.is_yes else None

    def do(
        self, act: str, path: str, body: Any, *, mark: str, where: str, of: str = "", method: str = "POST"
    ) -> Answer:
        """Act once; what was asked, and what was said, goes into the ledger."""
        asked_at = self.now()
        answer = self.line.ask(method, path, body)
        answered_at = self.now()
        self.ledger.note(act, answer, at=asked_at, may_be_away=self.away(asked_at))
        self.ledger.write(Deed(act, mark, where, self.number, of, asked_at, answered_at, answer))
        return answer

    def any_case(self, *statuses: str) -> Case | None:
        """One of those that one has before oneself."""
        fitting = [case for case in self._cases if case["status"] in (statuses or ("open",))]
        return self.chance.choice(fitting) if fitting else None

    def promise_of(self, case: Case) -> Case | None:
        """An open promise; the nearest ones more often."""
        found = self.get(f"/escalations/{case['key']}/promises?status=open")
        items = found["items"] if found else []
        return items[min(self.chance.randrange(3), len(items) - 1)] if items else None

    def problem_of(self, case: Case, *statuses: str) -> Case | None:
        found = self.get(f"/escalations/{case['key']}/problems")
        fitting = [one for one in (found["items"] if found else []) if not statuses or one["status"] in statuses]
        return self.chance.choice(fitting) if fitting else None

    def later(self, least: float = 0.4, most: float = 30.0) -> str:
        """A moment so many hours ahead."""
        return (self.now() + dt.timedelta(hours=self.chance.uniform(least, most))).isoformat()

    def other(self) -> int:
        return self.chance.choice(self.colleagues)

    def _look(self) -> None:
        where = self.chance.choice(
            ("", "&overdue=true", "&status=open", "&status=requested&status=resolved", "&view=mine")
        )
        found = self.get(f"/escalations?limit=50{where}")
        if found:
            self._cases = found["items"] or self._cases


def _reads(self: Working) -> None:
    case = self.any_case()
    paths = ["/me/duties", "/notices", "/promises?whose=all&overdue=true", "/search?q=soak", "/escalations?view=open"]
    if case:
        paths += [f"/escalations/{case['key']}", f"/escalations/{case['key']}/events"]
    self.get(self.chance.choice(paths))


def _opens(self: Working) -> None:
    mark = self.ledger.mark()
    said = {
        "account": self.chance.choice(self.accounts),
        "reason": f"Orders are wrong {mark}",
        "problems": [f"It is wrong {number} {mark}" for number in range(self.chance.randrange(3))],
        "impact": self.chance.choice(("stopped", "impaired", "hindered", "trust")),
        "mood": self.chance.choice(("upset", "furious", "calm", "disappointed")),
        "why_unqualified": "They asked for it.",
        "caller_name": "Rui Sá",
    }
    self.do("open", "/escalations", said, mark=mark, where="escalations")


def _writes(self: Working) -> None:
    case = self.any_case("open", "resolved")
    whole = case and self.get(f"/escalations/{case['key']}")
    if not case or not whole or not whole["contact"]:
        return
    promise = self.promise_of(case)
    mark = self.ledger.mark()
    said = {
        "text": f"Dear customer, this is what we know. {mark}",
        "to": [whole["contact"]["id"]],
        "keeps": [promise["id"]] if promise and self.chance.random() < 0.8 else [],
        "then": {"what": f"The next word {mark}", "due_at": self.later()} if self.chance.random() < 0.7 else None,
        "may_know": True,
    }
    answer = self.do("write", f"/escalations/{case['key']}/updates", said, mark=mark, where="updates", of=case["key"])
    if answer.is_yes and self.chance.random() < 0.15:
        self.do(
            "take back", f"/updates/{answer.body['id']}/take-back", None, mark=f"update:{answer.body['id']}", where=""
        )


def _has_no_news(self: Working) -> None:
    if case := self.any_case("open", "resolved"):
        path = f"/escalations/{case['key']}/updates/no-news"
        self.do("no news", path, None, mark="update.sent", where="kinds", of=case["key"])


def _rings_them(self: Working) -> None:
    case = self.any_case("open", "resolved")
    if not case:
        return
    promise = self.promise_of(case)
    mark = self.ledger.mark()
    said = {
        "channel": self.chance.choice(("call", "meeting")),
        "direction": "out",
        "text": f"Rang them. {mark}",
        "at": self.now().isoformat(),
        "keeps": [promise["id"]] if promise and self.chance.random() < 0.7 else [],
        "then": {"what": f"A call {mark}", "due_at": self.later()} if self.chance.random() < 0.5 else None,
        "may_know": True,
    }
    self.do("log", f"/escalations/{case['key']}/updates/log", said, mark=mark, where="updates", of=case["key"])


def _promises(self: Working) -> None:
    if case := self.any_case():
        mark = self.ledger.mark()
        kind = self.chance.choice(("next_update", "deliverable", "fix_date"))
        said = {"what": f"The cause {mark}", "due_at": self.later(0.2, 8), "kind": kind}
        self.do("promise", f"/escalations/{case['key']}/promises", said, mark=mark, where="promises", of=case["key"])


def _moves(self: Working) -> None:
    case = self.any_case("open", "resolved")
    promise = case and self.promise_of(case)
    if not case or not promise:
        return
    mark = self.ledger.mark()
    told = {"by": self.chance.choice(("mail", "call")), "text": f"It takes longer. {mark}"}
    said = {"due_at": self.later(), "reason": "The vendor", "told": told}
    self.do("move", f"/promises/{promise['id']}/move", said, mark=mark, where="updates", of=case["key"])


def _ends_a_promise(self: Working) -> None:
    case = self.any_case("open", "resolved")
    promise = case and self.promise_of(case)
    if case and promise:
        mark = self.ledger.mark()
        how = self.chance.choice(("give-up", "release"))
        self.do(how, f"/promises/{promise['id']}/{how}", {"reason": mark}, mark=mark, where="words", of=case["key"])


def _notes(self: Working) -> None:
    if case := self.any_case("open", "resolved", "closed", "requested"):
        mark = self.ledger.mark()
        said = {"text": f"The log says no. {mark}", "mentions": [self.other()] if self.chance.random() < 0.3 else []}
        self.do("note", f"/escalations/{case['key']}/notes", said, mark=mark, where="notes", of=case["key"])


def _plans(self: Working) -> None:
    case = self.any_case()
    if not case:
        return
    mark = self.ledger.mark()
    if self.chance.random() < 0.3:
        said = {"words": f"It is slow {mark}", "owner": self.other()}
        self.do("name", f"/escalations/{case['key']}/problems", said, mark=mark, where="problems", of=case["key"])
        return
    if problem := self.problem_of(case, *UNSETTLED):
        path = f"/problems/{problem['id']}"
        if self.chance.random() < 0.5:
            said = {"next_step": f"Read the queue {mark}", "owner": self.other()}
            self.do("change", path, said, mark=mark, where="words", of=case["key"], method="PATCH")
        else:
            said = {"eta_at": self.later(1, 60), "reason": mark}
            self.do("estimate", f"{path}/estimate", said, mark=mark, where="words", of=case["key"])


def _asks_the_customer(self: Working) -> None:
    case = self.any_case()
    problem = case and self.problem_of(case, *UNSETTLED)
    if not case or not problem:
        return
    mark = self.ledger.mark()
    waits = [one for one in problem["requests"] if not one["outcome"]]
    if waits:
        path = f"/requests/{waits[0]['id']}/answer"
        self.do("answer", path, {"answer": f"Two hundred {mark}"}, mark=mark, where="words", of=case["key"])
    else:
        said = {"what": f"A count {mark}", "due_at": self.later(0.5, 10)}
        self.do("ask them", f"/problems/{problem['id']}/requests", said, mark=mark, where="words", of=case["key"])


def _settles(self: Working) -> None:
    case = self.any_case()
    problem = case and self.problem_of(case, *UNSETTLED)
    if not case or not problem:
        return
    if self.chance.random() < 0.8:
        path = f"/problems/{problem['id']}/solve"
        self.do("solve", path, None, mark="problem.solved", where="kinds", of=case["key"])
    else:
        mark = self.ledger.mark()
        path = f"/problems/{problem['id']}/decline"
        self.do("decline", path, {"reason": mark}, mark=mark, where="words", of=case["key"])


def _helps(self: Working) -> None:
    case = self.any_case()
    if not case:
        return
    mark, path = self.ledger.mark(), f"/escalations/{case['key']}/helps"
    asked = [one for one in self.get(path) or [] if not one["settled_at"]]
    if asked and self.chance.random() < 0.5:
        self.do("help", f"{path}/{asked[0]['id']}/give", {"answer": mark}, mark=mark, where="words", of=case["key"])
    else:
        said = {"what": f"A call from above {mark}", "asked_of": self.other()}
        self.do("ask for help", path, said, mark=mark, where="helps", of=case["key"])


def _agrees_what_ends_it(self: Working) -> None:
    case = self.any_case()
    if not case:
        return
    path = f"/escalations/{case['key']}/exit-criteria"
    unmet = [one for one in self.get(path) or [] if not one["met_at"]]
    if unmet and self.chance.random() < 0.7:
        path = f"/exit-criteria/{unmet[0]['id']}/meet"
        self.do("meet", path, None, mark="", where="", of=case["key"])
    else:
        mark = self.ledger.mark()
        self.do("agree", path, {"words": f"No order twice {mark}"}, mark=mark, where="words", of=case["key"])


def _steers(self: Working) -> None:
    case = self.any_case()
    if not case:
        return
    mark, path = self.ledger.mark(), f"/escalations/{case['key']}"
    match self.chance.randrange(4):
        case 0:
            said = {"handler": self.other(), "reason": mark}
            self.do("hand on", f"{path}/hand-to", said, mark=mark, where="words", of=case["key"])
        case 1:
            severity = self.chance.choice(("critical", "high", "medium", "low"))
            said = {"severity": severity, "reason": mark}
            self.do("change severity", f"{path}/severity", said, mark=mark, where="words", of=case["key"])
        case 2:
            said = {"trend": self.chance.choice(("improving", "declining", "same"))}
            self.do("change trend", f"{path}/trend", said, mark="", where="", of=case["key"])
        case _:
            self.do("watch", f"{path}/watchers", {"member": self.other()}, mark="", where="", of=case["key"])


def _ends(self: Working) -> None:
    """Resolve, close, reopen or withdraw: whatever comes next for it."""
    case = self.any_case("open", "resolved", "closed")
    if not case:
        return
    mark, path = self.ledger.mark(), f"/escalations/{case['key']}"
    match case["status"], self.chance.random():
        case "open", chance if chance < 0.1:
            self.do("withdraw", f"{path}/withdraw", {"reason": mark}, mark=mark, where="words", of=case["key"])
        case "open", _:
            self.do("resolve", f"{path}/resolve", None, mark="escalation.resolved", where="kinds", of=case["key"])
        case "resolved", chance if chance < 0.7:
            unmet = [one["id"] for one in self.get(f"{path}/exit-criteria") or [] if not one["met_at"]]
            said = {
                "outcome": self.chance.choice(("recovered", "lost")),
                "confirmed_by": f"Maria {mark}",
                "confirmed_how": "call",
                "waived": [{"criterion": number, "reason": "They let it go"} for number in unmet],
            }
            self.do("close", f"{path}/close", said, mark=mark, where="words", of=case["key"])
        case _:
            self.do("reopen", f"{path}/reopen", {"reason": mark}, mark=mark, where="words", of=case["key"])


def _decides(self: Working) -> None:
    case = self.any_case("requested")
    if not case:
        return
    mark, path = self.ledger.mark(), f"/escalations/{case['key']}"
    match self.chance.randrange(4):
        case 0 | 1:
            self.do("accept", f"{path}/accept", None, mark="escalation.accepted", where="kinds", of=case["key"])
        case 2:
            self.do("refuse", f"{path}/decline", {"reason": mark}, mark=mark, where="words", of=case["key"])
        case _:
            self.do("give back", f"{path}/give-back", {"steps": mark}, mark=mark, where="words", of=case["key"])


def _goes_away(self: Working) -> None:
    """An hour or two, and a colleague stands in."""
    begins, who = self.now() + dt.timedelta(minutes=self.chance.randrange(5, 60)), self.other()
    said = {
        "from_at": begins.isoformat(),
        "until_at": (begins + dt.timedelta(hours=self.chance.uniform(0.5, 3))).isoformat(),
        "stand_in": self.other(),
    }
    self.do("go away", f"/members/{who}/absences", said, mark="", where="")


# What they do, and how often.
ACTS: dict[Callable[[Working], None], float] = {
    _reads: 18,
    _opens: 8,
    _writes: 16,
    _has_no_news: 8,
    _rings_them: 8,
    _promises: 8,
    _moves: 6,
    _ends_a_promise: 3,
    _notes: 8,
    _plans: 7,
    _asks_the_customer: 4,
    _settles: 6,
    _helps: 4,
    _agrees_what_ends_it: 3,
    _steers: 6,
    _ends: 7,
    _decides: 5,
    _goes_away: 1,
}
