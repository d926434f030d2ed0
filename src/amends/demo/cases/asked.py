"""Small accounts, for which somebody asked: one that waits for a decision, one that was declined."""

from amends.demo.moments import days_ago, lately
from amends.demo.scenes import Declines, Opens

CALDERA = (
    Opens(
        lately(0.6),
        by="tom",
        account="Caldera Coffee",
        contact="Joana Reis",
        reason="Prices jump back after every restart",
        plan=("Each morning the old prices are back", "Nobody told us that a restart does this"),
        impact="hindered",
        mood="disappointed",
        expectation="That what I type in the evening is there in the morning.",
        channel="mail",
        patience="short",
        sentiment="uneasy",
        tried="Support set the prices twice; they were gone the next day.",
        why_unqualified="They open two more cafés on Monday, with the same tills.",
    ),
)

MOSS_AND_PINE = (
    Opens(
        days_ago(2, "11:00"),
        by="sofie",
        account="Moss & Pine",
        contact="Jule Kern",
        reason="Wants the report in green",
        plan=("The stock report does not have our colours",),
        impact="trust",
        mood="calm",
        channel="mail",
        patience="patient",
        sentiment="confident",
        why_unqualified="Jule asked for it three times.",
    ),
    Declines(days_ago(2, "11:40"), "A wish, not a grievance: it is on the list for spring, and Sofie tells Jule so."),
)
