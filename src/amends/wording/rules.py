"""The rules of a language, as its YAML files hold them: english/words.yaml says how they are written."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from amends.wording.patterns import Index, Language, Pattern
from amends.wording.reading import Sentence

Name = Literal["blame", "overpromise", "vague_promise"]
NAMES: tuple[Name, ...] = ("blame", "overpromise", "vague_promise")
FOLDERS = {"en": "english"}


class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML, by libyaml where it is there."""


@dataclass(frozen=True)
class Reason:
    """What makes words fine, said anywhere in a sentence; nothing in `despite` may be said with it."""

    patterns: tuple[Pattern, ...]
    not_after: Pattern | None
    despite: tuple["Reason", ...]

    def holds(self, sentence: Sentence) -> bool:
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
    """Patterns of one mark that are wrong for the same reason, and are put right in the same way."""

    mark: Name
    why: str
    better: str
    patterns: tuple[Pattern, ...]
    unless: tuple[Reason, ...]
    not_after: Pattern | None


@dataclass(frozen=True)
class Rules:
    """All that the wording check knows of one language."""

    patterns: tuple[tuple[Group, Pattern], ...]
    index: Index
    spellings: dict[str, str]
    theirs: Pattern
    ours: Pattern


@cache
def rules(language: str) -> Rules:
    """The rules of `language` (“en”); refused with ValueError where there are none."""
    if language not in FOLDERS:
        raise ValueError(f"There are no rules for “{language}”: write one of {', '.join(FOLDERS)}.")
    words = _file(language, "words")
    filling = frozenset(words["filling"].split())
    lists = {name: _parts(listed) for name, listed in words["lists"].items()}
    speech = Language(lists, words["verbs"], filling)
    reasons: dict[str, Reason] = {}
    for name, written in words["reasons"].items():
        reasons[name] = _reason(speech, written, reasons)
    groups = [_group(speech, mark, each, reasons) for mark in NAMES for each in _file(language, mark)]
    patterns = tuple((group, pattern) for group in groups for pattern in group.patterns)
    return Rules(
        patterns=patterns,
        index=Index([pattern for _, pattern in patterns], speech),
        spellings=words["spellings"],
        theirs=speech.any_of(_lines(words["theirs"])),
        ours=speech.any_of(_lines(words["ours"])),
    )


def _file(language: str, name: str) -> Any:
    text = files("amends.wording").joinpath(FOLDERS[language], f"{name}.yaml").read_text(encoding="utf-8")
    return _QuickLoader(text).get_single_data()


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",")]


def _lines(patterns: str) -> list[str]:
    return patterns.replace("\n  ", " ").splitlines()


def _reason(speech: Language, written: Any, known: dict[str, Reason]) -> Reason:
    """`written` holds patterns, one a line, and where it is more than that: after what they do not count."""
    if isinstance(written, str):
        written = {"patterns": written}
    return Reason(
        patterns=tuple(map(speech.pattern, _lines(written["patterns"]))),
        not_after=speech.any_of(_lines(written["not_after"])) if "not_after" in written else None,
        despite=tuple(known[name] for name in _parts(written["despite"])) if "despite" in written else (),
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
    )
