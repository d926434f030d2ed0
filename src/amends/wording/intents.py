"""What a moment is named for: because they hear or get something by then, or for another reason.

English only, and rather too strict than too generous: what is offered as a promise must be one.
"""

import re
from bisect import bisect_left, bisect_right
from enum import Enum, auto
from string import ascii_lowercase, ascii_uppercase


class Intent(Enum):
    PROMISED = auto()
    ASKED = auto()  # they, or others, are to do something by then
    PAST = auto()  # it is told, not promised
    OTHER = auto()


# A sentence is read so far on either side of a moment; longer ones people do not follow either.
_BEFORE, _AFTER = 300, 160
_NEAR = 40  # characters before a moment in which the word that introduces it stands
_ENDS = re.compile(r"[.!?;](?=\s)|\n\s*(?=\n|[-*•]|[0-9]+\.\s)")

_BY = re.compile(
    r"\b(?:by|before|not? later than|(?:at the )?(?:very )?latest(?: by| on| at)?"
    r"|due(?: on| by| at)?|eta(?: is)?)[\s:]*(?:the |around |about )?$",
)
_AT_THE_LATEST = re.compile(r"\s*,?\s*(?:at the (?:very )?latest|or (?:earlier|sooner))\b")
_THE_DAY_BEFORE = re.compile(
    r"\b(?:day|night|evening|week|month|year|hour|minute)s? before\s+(?:the )?$", re.IGNORECASE
)
_LOOKS_BACK = re.compile(r"\b(?:since|last|past|yesterday)\s+(?:the )?$")
_FROM_THEN_ON = re.compile(
    r"\b(?:after|from|as of|starting|beginning|during|of|about|dated|regarding|for|to|every|each|between|than|and|or)"
    r"\s+(?:the )?$",
)
_IF = re.compile(r"\b(?:if|unless|in case|should you|had you)\b")

# The last one before a moment decides; one that comes earlier in this list is preferred where two begin together.
_CUES = {
    "asked": r"""
        please | kindly | (?:could|can|would|will)\ you | you\ (?:must|need|have\ to) | asks?\ you | from\ you
        | (?:would|['’]d)\ like | you\ should(?!\ (?:have|hear|get|receive|see))
        | needs?\ (?:you|your|from|the) | (?:let|give|tell|send)\ (?:us|me)
        | your\ (?:reply|answer|confirmation|feedback|approval|input|logs|team)
        """,
    "past": r"""
        (?:tried|wanted|meant|failed|forgot|hoped|(?:was|were)\ going|(?:should|would|could)\ have)\s+(?:to\s+)?
            \w+(?:\s+you)?
        | would\s+\w+(?:\s+from)? | was | were | had | did | has\ been | have\ been | last | ago | since
        | began | started | stopped | broke | went | came | happened | occurred | noticed | found | ran | fixed
        | restored | rose | fell | reached
        | (?:i|we|it|they|you|he|she|that|which|who|everything)\s+(?:\w+ly\s+)?
            (?:\w+ed|said|told|wrote|sent|spoke|met|saw|rang|got|lost|made)
        """,
    "refused": r"""
        (?:not(?!\ (?:later|only)) | never | cannot | \w+n['’]t)(?:\s+\w+){0,3}
        | unable | nobody | no\ one | nothing | unlikely | impossible | no\ (?:news|update|answer|call|reply|result)
        """,
    "usual": r"usually | normally | typically | generally | always | every | each | daily | weekly | often",
    "tells": r"""
        (?:will|\w*['’]ll|shall|going\ to)\s+(?:(?!not\b|never\b)\w+\s+){0,3}?
            (?:call|ring|phone|e?-?mail|write|send|update|inform|tell|report|share|let\ you\ know|(?:get|come|be)\ back
            |follow\ up|(?:be|get)\ in\ touch|speak|contact|give\ you|provide|deliver|answer|reply|respond|keep\ you
            |have\ (?:news|more|results?|a\ result|an\ (?:answer|update)))
        | you(?:\ will|['’]ll|\ shall|\ should)\s+(?:(?!not\b|never\b)\w+\s+){0,2}?(?:hear|have|get|receive|see)
        | (?:call|ring|phone|update|e?-?mail|write)\ (?:to\ )?you
        | hear\ (?:from(?!\ you)|back|again|next|more)
        | next\ (?:update|news|call|report|word|message|mail|e-mail|summary)
        | expect\ (?:to\ hear|an?|the|our|my|news|word)
        """,
    "will": r"will | \w*['’]ll | shall | going\ to | promise | commit",
}
_CUE = re.compile("|".join(rf"\b(?P<{name}>{words})\b" for name, words in _CUES.items()), re.VERBOSE)
_POSSESSIVE = re.compile(r"['’]s?\b")
_COMMA = re.compile(r"[,;]")
# A pattern that ignores case takes three times as long; this keeps every letter in its place.
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_AHEAD = {"tells", "will"}


class Intents:
    """What the moments between `first` and `last` of a text are named for. It is read once, however many they are."""

    def __init__(self, text: str, first: int, last: int) -> None:
        self._text = text = text.translate(_SMALL)
        around = max(0, first - _BEFORE), last + _AFTER
        self._ends = [match.end() for match in _ENDS.finditer(text, *around)]
        self._cues = [(match.start(), str(match.lastgroup)) for match in _CUE.finditer(text, *around)]
        self._ifs = [match.end() for match in _IF.finditer(text, *around)]

    def of(self, start: int, end: int) -> Intent:
        """Why the text names the moment that stands between `start` and `end`."""
        begins, stops = self._sentence(start, end)
        near = self._text[max(begins, start - _NEAR) : start]
        after = self._text[end:stops]
        if _POSSESSIVE.match(after) or _THE_DAY_BEFORE.search(near):
            return Intent.OTHER
        if _LOOKS_BACK.search(near):
            return Intent.PAST
        cue = self._deciding(begins, start, end, stops)
        if cue == "past":
            return Intent.PAST
        unsure = after.rstrip().endswith("?") or self._is_in_a_condition(begins, start)
        # “Answers within an hour” is as often how things are as what somebody is told.
        told = cue in _AHEAD or not self._text[begins:start].strip()
        is_within = told and self._text.startswith("within", start)
        if is_within or _BY.search(near) or _AT_THE_LATEST.match(after):
            if cue == "asked":
                return Intent.ASKED
            return Intent.OTHER if unsure or cue in ("refused", "usual") else Intent.PROMISED
        return Intent.OTHER if unsure or cue != "tells" or _FROM_THEN_ON.search(near) else Intent.PROMISED

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        """Where the sentence around a moment begins and ends, as far as it is read."""
        last = bisect_right(self._ends, start) - 1
        following = bisect_right(self._ends, end)
        begins = self._ends[last] if last >= 0 else 0
        stops = self._ends[following] if following < len(self._ends) else len(self._text)
        return max(begins, start - _BEFORE), min(stops, end + _AFTER)

    def _deciding(self, begins: int, start: int, end: int, stops: int) -> str | None:
        """The cue that decides. Once the future is spoken of, what is told of the past within it does not count."""
        first, here = (bisect_left(self._cues, (place, "")) for place in (begins, start))
        cues = [cue for _, cue in self._cues[first:here]]
        if not cues:
            following = bisect_left(self._cues, (end, ""))
            is_near = following < len(self._cues) and self._cues[following][0] < stops
            return self._cues[following][1] if is_near else None
        if _AHEAD.isdisjoint(cues):
            return cues[-1]
        return next(cue for cue in reversed(cues) if cue != "past")

    def _is_in_a_condition(self, begins: int, start: int) -> bool:
        """“If you hear nothing by Thursday”: up to its comma."""
        last = bisect_right(self._ifs, start) - 1
        if last < 0 or self._ifs[last] <= begins:
            return False
        return not _COMMA.search(self._text, self._ifs[last], start)
