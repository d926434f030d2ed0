"""How days and times are written, as data: a pattern each, tried from top to bottom wherever a word begins."""

import re

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_LONG = "|".join(WEEKDAYS)
_SHORT = "Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun"
# The stop of a short form, and not that of its sentence.
_STOP = r"(?:\.(?=[ ]?[0-9,]))?"
# May and March are verbs too, and short forms are too short: they need their capital.
_MONTH = (
    "(?:(?i:" + "|".join(name for name in MONTHS if name not in ("May", "March")) + ")|May|March|MAY|MARCH"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b" + _STOP + ")"
)
# Behind a day they do without, and those two where it cannot be a verb.
_SMALL_MONTH = (
    r"(?:(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b|(?:may|mar|march)(?=[ ]?[.,;)]|,?[ ](?:at[ ])?[0-9]|\s*$))"
)
_DAY = r"[0-3]?[0-9]"
_NTH = r"(?:st|nd|rd|th)"
_YEAR = r"(?:19|20)[0-9]{2}(?![0-9:]|\.[0-9]|[ ]?[ap]\.?m)"
_GAP = r"(?:[ ]{1,3}|[ ]?\n[ ]?)"
_NUMBER = rf"[0-9]{{1,3}}|{'|'.join(NUMBERS[1:])}|half\ an|an?"
_UNIT = r"(?:minutes?|mins?|hours?|hrs?|h|days?|weeks?)"
_A_TIME = r"[0-2]?[0-9](?::[0-5][0-9])?(?:[ ]?[apAP]\.?[mM]\b\.?)?"
_THEN_A_TIME = r",?[ ](?:at[ ])?[0-9]{1,2}(?::[0-5][0-9]|[ ]?[apAP]\.?[mM])"
_WHOLE = r"(?![\w@/\\]|[.-]\w)"
# In front of a figure: nothing that makes it part of a longer one, of a price or of a name.
_ALONE = r"(?<![\w.:/$€£¥#+\\-])(?<![0-9],)(?<![$€£¥][ ])"

PATTERNS = {
    # “Monday to Friday”, “every Monday”: no one day.
    "days": rf"""(?i:(?:every|each)[ ](?:{_LONG}|day)|(?:{_LONG}|weekday|workday|working[ ]day)s
        |(?:{_LONG}|{_SHORT})(?:[ ]?[-–—/][ ]?|[ ](?:to|through|till|until)[ ])(?:{_LONG}|{_SHORT}))\b""",
    # “14:00–16:00”, “between 2 and 4 pm”: no one time.
    "range": rf"""(?:(?i:between)[ ]{_A_TIME}[ ]and[ ]{_A_TIME}
        |{_A_TIME}(?:[ ]?[-–—][ ]?|[ ](?:to|till|until)[ ])
        [0-2]?[0-9](?::[0-5][0-9]|[ ]?[apAP]\.?[mM]\b\.?))(?![\w:])""",
    "span": rf"""(?i:(?P<the_hour>within{_GAP}the[ ]hour)
        |(?:in|within){_GAP}(?:(?:the[ ])?(?:(?:next|coming)[ ])?(?P<n1>{_NUMBER})[ ]?|the[ ](?:next|coming)[ ])
            (?P<u1>{_UNIT})(?:(?:[ ]and)?[ ](?P<n2>{_NUMBER})[ ]?(?P<u2>{_UNIT}))?
        )\b(?![ ](?:of|after|before|ago|per|each|every|and[ ]a[ ]half)\b|[ ]from[ ](?!now))""",
    "weekday": rf"""(?:(?i:(?P<then>next[ ]week[ ](?:on[ ])?)|(?P<which>next|last|past|previous|this|coming)[ ]))?
        (?<!Black[ ])(?<!Good[ ])(?<!Cyber[ ])(?<!Easter[ ])(?<!Ash[ ])
        (?:(?P<long>(?i:{_LONG}))|(?P<short>{_SHORT}|mon|tue|wed|thu|fri)\b{_STOP}){_WHOLE}
        (?P<later>[ ](?:(?:of[ ])?next[ ])?week\b)?""",
    "relative": rf"(?P<away>(?i:(?:the[ ])?day[ ]after[ ]tomorrow|today|tomorrow|yesterday)){_WHOLE}",
    "eod": rf"""(?:(?i:(?:the[ ])?end[ ]of(?:[ ]the|[ ]our|[ ]your)?(?:[ ]business|[ ]working)?[ ]day
        |close[ ]of[ ](?:business|play)|(?:the[ ])?end[ ]of(?=[ ](?:{_LONG}|today|tomorrow)))|EOD|EOB|COB){_WHOLE}""",
    "parts": rf"""(?P<part>(?i:(?:this[ ])?(?:mid-?|early[ ]|late[ ])?(?:morning|afternoon)
        |evening|night|lunch(?:[ ]?time)?|first[ ]thing|early)){_WHOLE}(?![ ]before\b)""",
    "noon": rf"(?i:(?:12[ ])?noon|midday){_WHOLE}",
    "midnight": rf"(?i:midnight){_WHOLE}",
    "iso": rf"""{_ALONE}(?P<i_year>(?:19|20)[0-9]{{2}})-(?P<i_month>[01][0-9])-(?P<i_day>[0-3][0-9])
        (?:T(?P<i_hour>[0-2][0-9]):(?P<i_minute>[0-5][0-9])(?::[0-5][0-9](?:\.[0-9]+)?)?(?![0-9])|(?![\w/-]|\.\w))""",
    "slashed": rf"""{_ALONE}(?P<s_one>{_DAY})/(?P<s_two>{_DAY})
        (?:/(?P<s_year>(?:19|20)[0-9]{{2}})(?![\w/]|[.-]\w)|(?={_THEN_A_TIME}))""",
    "dotted": rf"""{_ALONE}(?P<p_day>{_DAY})\.[ ]?(?P<p_month>[01]?[0-9])\.
        (?:[ ]?(?P<p_year>(?:19|20)[0-9]{{2}})(?![\w/]|[.:-]\w)|(?![\w.]))""",
    "undotted": rf"{_ALONE}(?P<u_day>[0-3][0-9])\.(?P<u_month>[01][0-9])(?={_THEN_A_TIME})",
    "day_month": rf"""{_ALONE}(?P<dm_day>{_DAY}){_NTH}?\.?(?:{_GAP}of)?{_GAP}(?P<dm_month>{_MONTH}|{_SMALL_MONTH})
        (?:(?<=\.)|(?![\w@/\\-]))(?:,?{_GAP}(?P<dm_year>{_YEAR}))?""",
    "month_day": rf"""(?P<md_month>{_MONTH}){_GAP}(?:the[ ])?(?P<md_day>{_DAY}){_NTH}?(?![\w:/%@-]|\.[0-9])
        (?:,?{_GAP}(?P<md_year>{_YEAR}))?""",
    "half_day": rf"""{_ALONE}(?P<a_hour>[0-9]{{1,2}})(?:[:.](?P<a_minute>[0-5][0-9]))?[ ]?
        (?P<a_half>[apAP])(?:\.[ ]?[mM]\.|[mM]\b)(?!\w)""",
    "clock": rf"""{_ALONE}(?P<c_hour>[0-2]?[0-9]):(?P<c_minute>[0-5][0-9])(?::[0-5][0-9](?:\.[0-9]+)?)?
        (?:[ ]?(?:h|hrs|hours|o['’]clock|Uhr)\b|(?![:%]|[0-9]|\.[0-9]|[A-Ya-z_]))""",
    "loose": rf"""{_ALONE}(?:(?P<l_hour>[01][0-9]|2[0-3])\.(?P<l_minute>[0-5][0-9])(?![\w%]|\.[0-9]|[ ]?[€$£%])
        |(?P<h_hour>[0-2]?[0-9])[ ]?h(?P<h_minute>[0-5][0-9])?\b)""",
    "nth": rf"""(?P<the>(?i:the[ ]))?(?P<nth_day>{_DAY}){_NTH}\b
        (?=\s*(?:[.,;:!?)]|$|\n|at\b|by\b|we\b|you\b|I\b))""",
    # “Thursday at 4”: morning or afternoon, nobody can tell.
    "bare": rf"""(?i:at[ ](?:[0-9]{{1,2}}|half[ ]past|quarter[ ](?:to|past)|{"|".join(NUMBERS[1:])}))\b
        (?![:.][0-9]|[ ]?(?i:[ap]\.?[ ]?m\b|h\b|hrs|hours|uhr|noon))""",
}
PIECE = re.compile(
    r"(?=[0-9A-Za-z])(?<![\w#$€£\\-])(?!(?<=@)[A-Za-z])(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in PATTERNS.items())
    + ")",
    re.VERBOSE | re.ASCII,
)
JOINS = re.compile(
    r"(?:['’]s)?\)?[,:]?[ \n]{0,3}\(?"
    r"(?:(?:(?:at|on|by|in|before|of)(?: the)?|the|around|about|a|[@–-])[ \n]{1,3}|@)?\(?"
)
"""What may stand between two pieces that belong together."""
FIGURE_BEFORE = re.compile(r"[0-9][.,]?\s(?:at\s)?$")
LEADS = {
    "behind": re.compile(r"\b(?:by|on|until|till|before|since|from|after|at|of|for|due)\s+(?:the\s+)?$", re.IGNORECASE),
    "limit": re.compile(r"\b(?:by|until|before)\s+$", re.IGNORECASE),
    "clock": re.compile(r"\b(?:at|until|before)\s+$", re.IGNORECASE),
}
