"""Cases of the other desks: one past its day 30, one that nobody has told for days, a small one in time."""

from amends.demo.inside import AsksForHelp
from amends.demo.moments import days_ago, lately, working_day
from amends.demo.plans import Asks, Estimates, Names, SeesTrend, Solves, Takes
from amends.demo.scenes import Accepts, Acknowledges, GivesUp, HasNoNews, Hears, Opens, Tells, Then

CHICAGO, SYDNEY, PARIS = "America/Chicago", "Australia/Sydney", "Europe/Paris"
LOAD_TEST = "Load test before month end"

TOLLGATE = (
    Opens(
        days_ago(23, "15:30"),
        by="mateusz",
        account="Tollgate Logistics",
        contact="Denise Walker",
        reason="Route planner times out at month end",
        plan=(
            "Planning 900 routes takes the whole night",
            "Dispatchers start the day without routes",
            "Half the routes ignore toll roads",
            "The planner forgets drivers’ breaks",
            "We pay for a module that we cannot use",
        ),
        impact="impaired",
        mood="upset",
        expectation="One month end on which my dispatchers go home at six.",
        severity="medium",
        severity_reason="It hurts at month end only; Denise asked for word every other day.",
        asks_for_level=3,
        handler="ruth",
        category="product",
        patience="short",
        sentiment="uneasy",
        tried="Development tuned the planner twice this autumn.",
    ),
    Acknowledges(days_ago(23, "16:10"), Then("First findings", days_ago(22, "11:00", CHICAGO))),
    Takes(days_ago(22, "10:00"), 1, "priya", "Development", "Measure where the night goes", by="ruth"),
    Takes(days_ago(22, "10:05"), 3, "lukas", "Development", "Read the new toll tables", by="ruth"),
    Takes(days_ago(22, "10:06"), 5, "ewa", "Finance", "Credit the module until it runs", by="ruth"),
    Tells(
        days_ago(22, "16:30"),
        "Called Denise Walker and Marcus Bell. Routes are planned one after the other where they could be planned "
        "together. We can double the speed soon; more will take longer.",
        Then("A date for the first step", days_ago(20, "10:00", CHICAGO)),
        minutes=35,
    ),
    Solves(days_ago(21, "12:00"), 5, by="ewa"),
    Estimates(days_ago(20, "14:00"), 1, days_ago(10, "17:00"), by="priya"),
    Tells(
        days_ago(20, "15:40"),
        "the first step comes with the release in two weeks and halves the night. The module is credited until then.",
        Then("Toll roads", days_ago(18, "10:00", CHICAGO)),
    ),
    Solves(days_ago(18, "13:00"), 3, by="lukas"),
    Tells(
        days_ago(18, "15:30"),
        "toll roads are read from this year’s tables since noon. Please have Marcus look at tomorrow’s routes.",
        Then("Drivers’ breaks", days_ago(15, "10:00", CHICAGO)),
    ),
    Takes(days_ago(16, "11:00"), 4, "lukas", "Development", "Plan breaks as stops", by="ruth"),
    Tells(
        days_ago(15, "15:00"),
        "breaks will be planned as stops. It is being built; I tell you on the day it is in.",
        Then("Where the first step stands", days_ago(11, "10:00", CHICAGO)),
    ),
    Estimates(
        days_ago(11, "14:00"),
        1,
        days_ago(4, "17:00"),
        "The first step made some routes longer, so it goes back to the workshop.",
        by="priya",
    ),
    Tells(
        days_ago(11, "15:50"),
        "the first step is fast, but made one route in ten longer. We do not give you that. It goes back to the "
        "workshop for a week.",
        Then("The first step, mended", days_ago(7, "10:00", CHICAGO)),
    ),
    SeesTrend(days_ago(11, "16:00"), "declining"),
    Hears(
        days_ago(9, "15:00"),
        "We planned month end around your date. Next time tell me the date that you are sure of.",
    ),
    # What was promised for day 7 was given up, with the reason; the customer heard two days later.
    GivesUp(days_ago(6, "12:00"), "The first step, mended", "The longer routes are not understood yet."),
    Tells(
        days_ago(5, "16:00"),
        "I have no mended version to show you, and will not name a date before the cause is understood. What I can "
        "promise: a test with your own month end, watched by both sides.",
        Then("Where we stand", days_ago(3, "10:00", CHICAGO)),
    ),
    Takes(days_ago(5, "16:05"), 2, "mateusz", "Customer success", "Prepare the test with Marcus Bell", by="mateusz"),
    # They have not sent it; the clock has told Mateusz.
    Asks(
        days_ago(5, "16:10"),
        2,
        "The orders of last month end, as a file, for the test",
        days_ago(2, "10:00", CHICAGO),
        to="Marcus Bell",
        by="mateusz",
    ),
    Solves(days_ago(4, "10:00"), 4, by="lukas"),
    HasNoNews(days_ago(3, "15:30")),
    Tells(
        days_ago(1, "16:20"),
        "Called Denise. The cause of the longer routes is found: two drivers with the same name. Agreed on a load "
        "test with her own data before month end.",
        Then(LOAD_TEST, working_day(3, "14:00")),
        minutes=28,
    ),
    AsksForHelp(lately(0.1), "Development", "Somebody who watches the load test together with Denise’s people"),
    SeesTrend(lately(0.2), "same"),
)

# Promised, and then nobody wrote: reminders and alarms as the clock rang them.
COPPER_KETTLE = (
    Opens(
        days_ago(6, "09:30"),
        by="mateusz",
        account="Copper Kettle Cafés",
        contact="Ruby Sinclair",
        reason="Tills offline on Saturday mornings",
        plan=(
            "Six cafés cannot take cards on Saturday mornings",
            "Queues out of the door, and people leave",
            "Support is asleep when we are open",
        ),
        impact="impaired",
        mood="upset",
        expectation="Somebody awake when we are.",
        channel="mail",
        reported=days_ago(6, "09:05"),
        category="outage",
        patience="short",
        sentiment="confident",
    ),
    Acknowledges(days_ago(6, "10:15"), Then("What we know of last Saturday", days_ago(5, "16:00"))),
    Takes(days_ago(6, "11:00"), 1, "jonas", "Infrastructure", "Compare Saturday’s lines with Friday’s", by="sami"),
    Tells(
        days_ago(5, "15:15"),
        "on Saturdays at eight in the morning your time our nightly copy runs, and the tills wait for it. We want to "
        "move the copy to another hour, and will tell you whether the next test was quiet.",
        Then("Result of the test", days_ago(3, "11:00")),
    ),
    Estimates(days_ago(5, "15:30"), 1, days_ago(1, "12:00"), by="jonas"),
    Hears(days_ago(2, "09:10"), "Any news? I have to tell the managers of six cafés what to expect this Saturday."),
    SeesTrend(days_ago(2, "09:40"), "declining", by="mateusz"),
)

PETIT_HAVRE = (
    Opens(
        days_ago(1, "10:30"),
        by="lea",
        account="Petit Havre Traiteur",
        contact="Maud Lenoir",
        reason="Two unanswered questions in a month",
        plan=("How do I order half a crate?", "Why is there a second invoice in May?"),
        impact="trust",
        mood="disappointed",
        expectation="An answer. It may also be a no.",
        channel="mail",
        category="support",
        patience="patient",
        sentiment="confident",
        tried="Support was asked for both answers and had neither.",
        why_unqualified="Small, but they asked twice and nobody answered: that is ours to mend.",
    ),
    Accepts(days_ago(1, "10:55")),
    Acknowledges(days_ago(1, "11:50"), Then("First answer to both questions", working_day(1, "14:00", PARIS))),
    Takes(days_ago(1, "14:00"), 2, "ewa", "Finance", "Look up both invoices", working_day(2, "12:00"), by="lea"),
    Takes(
        days_ago(1, "14:02"), 1, "claire", "Support", "Show how, with two pictures", working_day(2, "12:00"), by="lea"
    ),
    Names(lately(0.5), "Nobody said that our question had arrived", by="lea"),
    Takes(
        lately(0.55), 3, "claire", "Support", "Answer every question on the same day", working_day(4, "12:00"), by="lea"
    ),
)
