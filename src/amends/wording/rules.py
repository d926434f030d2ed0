"""The rules of a language, as its YAML files hold them: english/words.yaml says how they are written."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from amends.wording.clauses import Clauses, Joints, Span
from amends.wording.patterns import Index, Language, Pattern
from amends.wording.reading import Sentence
from amends.wording.weights import Weights

Name = Literal["blame", "defensive", "dismissive", "excuse", "judgement", "overpromise", "vague_promise"]
NAMES: tuple[Name, ...] = get_args(Name)
FOLDERS = {"en": "english"}


class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML, by libyaml where it is there."""


@dataclass(frozen=True)
class Reason:
    """What makes words fine, said anywhere in a sentence; nothing in `despite` may be said with it.

    What `is_near` counts in the clause of those words, and in another one only where `not_with` is given and is not
    said there. One of the words of `needed` is said in every sentence in which any of its patterns is found.
    """

    patterns: tuple[Pattern, ...]
    needed: frozenset[str]
    not_after: Pattern | None
    despite: tuple["Reason", ...]
    is_near: bool
    not_with: "Reason | None"

    def makes_fine(self, clauses: Clauses, own: Span) -> bool:
        """Whether it does so for words whose clause is `own`."""
        if not self.is_near:
            return self.holds(clauses.sentence)
        if self.needed.isdisjoint(clauses.sentence.vocabulary):
            return False
        return self.holds(clauses.piece(own)) or self._holds_beside(clauses, own)

    def _holds_beside(self, clauses: Clauses, own: Span) -> bool:
        if self.not_with is None:
            return False
        others = map(clauses.piece, clauses.beside(own))
        return any(self.holds(each) and not self.not_with.holds(each) for each in others)

    def holds(self, sentence: Sentence) -> bool:
        if self.needed.isdisjoint(sentence.vocabulary):
            return False
        return any(self._stands(each, sentence) for each in self.patterns) and not any(
            each.holds(sentence) for each in self.despite
        )

    def _stands(self, pattern: Pattern, sentence: Sentence) -> bool:
        if not pattern.may_be_in(sentence.vocabulary):
            return False
        return any(
            self.not_after is None or not self.not_after.just_before.search(sentence.text, 0, match.start())
            for match in pattern.found.finditer(sentence.text)
        )


@dataclass(frozen=True)
class Group:
    """Patterns of one mark that are wrong for the same reason, and are put right in the same way.

    What is weak counts only where nothing that is not weak does, other than on a promise, or where all words of the
    sentence speak much more for it.
    """

    mark: Name
    why: str
    better: str
    patterns: tuple[Pattern, ...]
    unless: tuple[Reason, ...]
    not_after: Pattern | None
    is_weak: bool


@dataclass(frozen=True)
class Rules:
    """All that the wording check knows of one language."""

    patterns: tuple[tuple[Group, Pattern], ...]
    index: Index
    spellings: dict[str, str]
    filling: frozenset[str]
    negations: frozenset[str]
    theirs: Pattern
    ours: Pattern
    joints: Joints
    weights: Weights


@cache
def rules(language: str) -> Rules:
    """The rules of `language` (“en”); refused with ValueError where there are none."""
    if language not in FOLDERS:
        raise ValueError(f"There are no rules for “{language}”: write one of {', '.join(FOLDERS)}.")
    words = _file(language, "words")
    filling = frozenset(words["filling"].split())
    lists = {name: _parts(listed) for name, listed in words["lists"].items()}
    negations = frozenset(words["negations"].split())
    speech = Language(lists, words["verbs"], filling, negations)
    reasons: dict[str, Reason] = {}
    for name, written in words["reasons"].items():
        reasons[name] = _reason(speech, written, reasons)
    groups = [_group(speech, mark, each, reasons) for mark in NAMES for each in _file(language, mark)]
    patterns = tuple((group, pattern) for group in groups for pattern in group.patterns)
    return Rules(
        patterns=patterns,
        index=Index([pattern for _, pattern in patterns], speech),
        spellings=words["spellings"],
        filling=filling.union(words["asserting"].split()),
        negations=negations,
        theirs=speech.any_of(_lines(words["theirs"])),
        ours=speech.any_of(_lines(words["ours"])),
        joints=Joints.read(words["joints"]),
        weights=Weights.read(_file(language, "weights")),
    )


def _file(language: str, name: str) -> Any:
    text = files("amends.wording").joinpath(FOLDERS[language], f"{name}.yaml").read_text(encoding="utf-8")
    return _QuickLoader(text).get_single_data()


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",")]


def _lines(patterns: str) -> list[str]:
    return patterns.replace("\n  ", " ").splitlines()


def _reason(speech: Language, written: Any, known: dict[str, Reason]) -> Reason:
    """`written` holds patterns, one a line, and where it is more than that: after what, despite what and how far away
    they do not count."""
    if isinstance(written, str):
        written = {"patterns": written}
    patterns = tuple(map(speech.pattern, _lines(written["patterns"])))
    return Reason(
        patterns=patterns,
        needed=frozenset().union(*(min(each.needed, key=speech.often) for each in patterns)),
        not_after=speech.any_of(_lines(written["not_after"])) if "not_after" in written else None,
        despite=tuple(known[name] for name in _parts(written["despite"])) if "despite" in written else (),
        is_near=written.get("near", False),
        not_with=known[written["not_with"]] if "not_with" in written else None,
    )


def _group(speech: Language, mark: Name, written: Any, reasons: dict[str, Reason]) -> Group:
    """`unless` names reasons that words.yaml knows, and says further ones itself."""
    unless = _parts(written["unless"])
    own = "\n".join(each for each in unless if each not in reasons)
    return Group(
        mark=mark,
        why=written["why"],
        better=written["better"],
        patterns=tuple(map(speech.pattern, _lines(written["patterns"]))),
        unless=(*(reasons[each] for each in unless if each in reasons), *([_reason(speech, own, {})] if own else [])),
        not_after=speech.any_of(_lines(written["not_after"])) if "not_after" in written else None,
        is_weak=written.get("weak", False),
    )
