"""What else Nadia Brandt handles: one overdue, one hardly begun, two on their way, one waiting for a last word."""

from amends.demo.inside import Notes
from amends.demo.moments import days_ago, lately, missed, worked_ago, worked_ahead, working_day
from amends.demo.plans import Asks, Confirms, Declines, Estimates, Meets, Reorders, Resolves, SeesTrend, Solves, Takes
from amends.demo.rulebook import QUIET_DAYS
from amends.demo.scenes import (
    Acknowledges,
    Bounces,
    HasNoNews,
    Hears,
    Opens,
    PromisesThat,
    Strikes,
    TakesBack,
    Tells,
    Then,
)

LONDON, PRAGUE, AMSTERDAM = "Europe/London", "Europe/Prague", "Europe/Amsterdam"
CAUSE = "Call back with the cause of the failed supplier import"

KESTREL = (
    Opens(
        days_ago(4, "10:05"),
        by="tom",
        account="Kestrel & Sons",
        contact="Jan Kestrel",
        reason="Supplier import fails every night",
        plan=(
            "Prices of 40 suppliers are a week old",
            "The error mail comes at three and says nothing",
            "Your hotline sent us to the handbook",
            "Nobody tells us when the import will be back",
        ),
        impact="impaired",
        mood="upset",
        expectation="A date, and somebody who rings without being asked.",
        reported=days_ago(4, "09:20"),
        category="product",
        patience="short",
        sentiment="uneasy",
        tried="Two tickets with support, both closed without a word.",
    ),
    Acknowledges(days_ago(4, "10:20"), Then("First findings", days_ago(4, "16:00", LONDON))),
    Takes(days_ago(4, "10:40"), 1, "lukas", "Development", "Run last night’s import again, step by step", by="nadia"),
    Takes(days_ago(4, "10:42"), 3, "claire", "Support", "Talk to the hotline about the call", by="nadia"),
    Estimates(days_ago(4, "14:00"), 1, working_day(2, "17:00"), by="lukas"),
    Tells(
        days_ago(4, "16:30"),
        "the import stops at one supplier’s file each night and then gives up on the others too. We are finding out "
        "which file, and why it stops everybody else’s. Until it runs, we load your prices by hand at seven each "
        "morning, beginning tomorrow.",
        Then("Whether tonight’s import went through", days_ago(3, "16:00", LONDON)),
    ),
    Confirms(days_ago(4, "16:55"), "call", 10, by="tom"),
    Solves(days_ago(3, "12:10"), 3, by="claire"),
    Tells(
        days_ago(3, "15:30"),
        "your prices were loaded by hand at seven. The import itself failed again, at the same file as before. Claire "
        "Dubois has spoken with the colleague who sent you to the handbook; from now on your calls come to Tom.",
        Then("What the supplier’s file has to do with it", days_ago(2, "16:00", LONDON)),
    ),
    # Promised for four, told the next morning: it rang for half a day.
    Tells(
        days_ago(1, "09:15"),
        "I promised you word by four yesterday and did not write; you should not have had to wait. The file breaks "
        "off in the middle of a price. Whether it breaks with them or with us, we will know today.",
        Then("What we found in the file", days_ago(1, "16:00", LONDON)),
    ),
    SeesTrend(days_ago(1, "09:30"), "declining"),
    Tells(
        days_ago(1, "16:20"),
        "Rang Jan Kestrel. The file is whole when it reaches us; it breaks while we unpack it. He asks for the cause, "
        "not for another interim report. Promised to ring him with it.",
        Then(CAUSE, missed(50), "call"),
        minutes=9,
    ),
    # What he asked for comes first now; that he agrees to the new order is yet to be heard from him.
    Reorders(days_ago(1, "16:30"), (1, 4, 2, 3)),
    Notes(days_ago(1, "16:35"), "@Lukas he wants the cause, not a date. Tell me as soon as you have it.", problem=1),
    Takes(lately(0.28), 3, "tom", "Customer success", "Agree with Moira Flynn what the mail says", by="tom"),
    Asks(
        lately(0.3),
        3,
        "Which of you should get the mail at three, and what it should say",
        working_day(1, "12:00", LONDON),
        to="Moira Flynn",
        by="tom",
    ),
)

OSTRAVA = (
    Opens(
        worked_ago(62),
        by="sofie",
        account="Ostrava Cold Chain",
        contact="Petra Vrba",
        reason="Four-hour outage in the night",
        plan=("For four hours no lorry could be loaded", "Nobody answered the emergency number"),
        impact="impaired",
        mood="upset",
        expectation="An explanation in writing that I can hand to my own customers.",
        reported=worked_ago(80),
        category="outage",
        patience="short",
    ),
    Takes(
        worked_ago(35), 1, "jonas", "Infrastructure", "Read the night’s logs, write down minute by minute", by="nadia"
    ),
)

SALTMARSH = (
    Opens(
        days_ago(6, "14:10"),
        by="sofie",
        account="Saltmarsh Hotels",
        contact="Owen Pryce",
        reason="Promised training never happened",
        plan=(
            "Two of our kitchens still order by telephone",
            "The trainer cancelled twice, the last time by text message",
            "New staff get no access for a week",
            "Our recipes are in the wrong units",
        ),
        impact="hindered",
        mood="disappointed",
        expectation="A date that holds.",
        channel="mail",
        category="delivery",
        patience="patient",
        sentiment="uneasy",
        tried="Their CSM offered two dates; the trainer was sent elsewhere both times.",
    ),
    Acknowledges(days_ago(6, "15:20"), Then("A plan with dates", days_ago(5, "16:00", LONDON))),
    Takes(
        days_ago(5, "10:00"),
        1,
        "sofie",
        "Customer success",
        "Train both kitchens on site",
        needs="two days on site",
        by="nadia",
    ),
    Takes(days_ago(5, "10:05"), 3, "claire", "Support", "Give access on the day of the request", by="nadia"),
    Takes(days_ago(5, "10:06"), 4, "claire", "Support", "Convert the recipes to metric units", by="nadia"),
    Tells(
        days_ago(5, "15:10"),
        "Sofie Lindgren comes to both kitchens herself; she rings you today to find the days. Access for new staff "
        "will be there on the day you ask, from now on. The recipes are being converted.",
        Then("Where we stand", days_ago(3, "16:00", LONDON)),
    ),
    Bounces(days_ago(5, "15:14"), "550 5.2.2 The recipient’s mailbox is full"),
    Tells(
        days_ago(5, "15:40"),
        "Rang Owen Pryce, because my mail came back. Read it to him. He likes the plan; the first kitchen can be "
        "trained this week. Mail reaches him again from tomorrow.",
        Then("Where we stand", days_ago(3, "16:00", LONDON)),
        minutes=11,
    ),
    Solves(days_ago(3, "11:00"), 3, by="claire"),
    Solves(days_ago(3, "14:30"), 4, by="claire"),
    Estimates(days_ago(3, "14:40"), 1, working_day(4, "17:00"), by="sofie"),
    Tells(
        days_ago(3, "15:05"),
        "the recipes are in metric units now, and your two new cooks have had access since this morning. Sofie has "
        "trained the first kitchen; the second follows next.",
        Then("How the first kitchen fares", days_ago(1, "16:00", LONDON)),
    ),
    Hears(days_ago(2, "11:00"), "The price list of our third supplier is missing too.", channel="call", by="sofie"),
    Strikes(days_ago(2, "11:12"), "That was Moira Flynn of Kestrel, on the other line. Told Tom.", by="sofie"),
    Declines(
        days_ago(1, "11:30"), 2, "The cancelled days cannot be brought back; Owen accepted the apology.", by="sofie"
    ),
    HasNoNews(days_ago(1, "15:30")),
    SeesTrend(days_ago(1, "15:40"), "improving"),
    Tells(
        lately(0.2),
        "Called Owen Pryce. The first kitchen orders without the telephone now. He would like the four issues and "
        "what became of each in writing, for his management.",
        Then("Notes of the call, with the four issues in writing", worked_ahead(180)),
        minutes=14,
    ),
)

HARTMANN = (
    Opens(
        days_ago(12, "11:00"),
        by="sofie",
        account="Hartmann Getränke",
        contact="Karin Hartmann",
        reason="Discounts missing from the price list",
        plan=(
            "Regular customers see list prices in the shop",
            "The seasonal discount ended two weeks early",
            "We had to refund 61 orders by hand",
            "Changed prices show only on the next day",
        ),
        impact="impaired",
        mood="disappointed",
        expectation="That every price in the shop is the one we agreed with our customers.",
        category="data",
        patience="short",
    ),
    Acknowledges(days_ago(12, "11:40"), Then("What happened to the discounts", days_ago(11, "16:00"))),
    Takes(days_ago(12, "13:00"), 1, "priya", "Development", "Compare price lists before and after", by="nadia"),
    Takes(days_ago(12, "13:02"), 3, "ewa", "Finance", "Take over the refunds", by="nadia"),
    Tells(
        days_ago(11, "15:10"),
        "when the new price list was loaded, discounts that belong to groups of customers were left out. They are "
        "back since noon. Why the seasonal one ended early is still open.",
        Then("The seasonal discount", days_ago(9, "16:00")),
    ),
    Solves(days_ago(11, "15:20"), 1, by="priya"),
    Tells(
        days_ago(9, "14:30"),
        "the seasonal discount ended with the wrong month because of how its last day was read. It is corrected, and "
        "holds until the day that you set. Ewa Nowak in our accounts sees to the 61 refunds.",
        Then("The refunds", days_ago(7, "16:00")),
    ),
    Solves(days_ago(9, "14:40"), 2, by="priya"),
    SeesTrend(days_ago(9, "14:50"), "improving"),
    Tells(
        days_ago(7, "15:00"),
        "44 of the 61 refunds are done; the others follow until the end of the week. You need not do anything.",
        Then("The remaining refunds", days_ago(5, "16:00")),
    ),
    Solves(days_ago(5, "12:00"), 3, by="ewa"),
    Tells(
        days_ago(5, "14:10"),
        "all 61 refunds are with your customers. What remains: changed prices show only on the next day.",
        Then("What we do about prices that show late", days_ago(3, "16:00")),
    ),
    Takes(days_ago(4, "10:00"), 4, "priya", "Development", "Renew prices every hour, first in a test shop", by="priya"),
    Estimates(days_ago(4, "10:05"), 4, working_day(5, "17:00"), by="priya"),
    Tells(
        days_ago(3, "15:20"),
        "prices will be renewed every hour instead of once a night. It runs in a test shop since yesterday; yours "
        "follows next week if the test stays quiet.",
        Then("How the test goes", days_ago(1, "16:00")),
    ),
    Hears(days_ago(2, "10:15"), "Thank you. My sales people have stopped ringing me, which I take as good news."),
    Tells(
        days_ago(1, "15:00:00"),
        "three quiet days in the test shop. I write again when we know the day for yours.",
        Then("Where the hourly prices stand", working_day(1, "10:00")),
    ),
    # Two days, not three: seen in the seconds before it leaves.
    TakesBack(days_ago(1, "15:00:07")),
    Tells(
        days_ago(1, "15:02"),
        "two quiet days in the test shop. I write again when we know the day for yours.",
        Then("Where the hourly prices stand", working_day(1, "10:00")),
    ),
)

VAN_DER_LINDE = (
    Opens(
        days_ago(19, "09:40"),
        by="sofie",
        account="Van der Linde Bloemen",
        contact="Lotte van der Linde",
        reason="Cut-off times ignored at peak",
        plan=(
            "Orders after four go onto the lorry of the same day",
            "Our drivers wait for pallets that come too late",
            "The screen still says “today” at five",
            "Nobody warned us before Mother’s Day prices",
        ),
        impact="impaired",
        mood="upset",
        expectation="Four o’clock is four o’clock.",
        channel="meeting",
        category="product",
        patience="short",
        sentiment="uneasy",
    ),
    Acknowledges(days_ago(19, "10:30"), Then("First findings", days_ago(18, "16:00", AMSTERDAM))),
    Takes(days_ago(18, "10:00"), 1, "priya", "Development", "Read the cut-off when the order is sent", by="nadia"),
    Takes(days_ago(18, "10:01"), 3, "priya", "Development", "Say “tomorrow” from four on", by="nadia"),
    Tells(
        days_ago(18, "15:00"),
        "the cut-off is read when a basket is opened, not when the order is sent. Who fills a basket at three and "
        "sends it at five still gets today’s lorry. We change that.",
        Then("When the change comes", days_ago(16, "16:00", AMSTERDAM)),
    ),
    Estimates(days_ago(17, "11:00"), 1, days_ago(9, "17:00"), by="priya"),
    Tells(
        days_ago(16, "14:00"),
        "the change is with our testers and will be with you within two weeks. Until then your planner Bram gets a "
        "list of late orders at a quarter past four each day.",
        Then("How the list works for Bram", days_ago(14, "16:00", AMSTERDAM)),
    ),
    Tells(
        days_ago(14, "12:20"),
        "Called Lotte. Bram says that the list helps; yesterday two lorries left without waiting.",
        Then("Progress of the change", days_ago(12, "16:00", AMSTERDAM)),
        minutes=8,
    ),
    Solves(days_ago(13, "10:00"), 2, by="sofie"),
    HasNoNews(days_ago(12, "15:00")),
    Tells(
        days_ago(10, "13:00"),
        "the change comes with tomorrow’s release, both for the lorry and for the screen.",
        Then("The first day with the change", days_ago(8, "16:00", AMSTERDAM)),
    ),
    Solves(days_ago(9, "17:20"), 1, by="priya"),
    Solves(days_ago(9, "17:25"), 3, by="priya"),
    SeesTrend(days_ago(8, "15:00"), "improving"),
    Tells(
        days_ago(8, "15:10"),
        "yesterday 31 orders came after four, and all of them went to today’s lorry. How did it look from your side?",
        Then("Whether it holds at the weekly peak", days_ago(6, "16:00", AMSTERDAM)),
    ),
    Hears(
        days_ago(7, "09:30"),
        "Four o’clock is four o’clock again. Let us see the weekly peak before we celebrate.",
    ),
    Declines(days_ago(6, "11:00"), 4, "Prices are set by the growers; Lotte knows, and asks them herself.", by="sofie"),
    Tells(
        days_ago(6, "14:30"),
        "the peak is through: 212 orders after four, none on the wrong lorry.",
        Then("Whether anything is left to do", days_ago(4, "16:00", AMSTERDAM)),
    ),
    Meets(days_ago(6, "14:40"), QUIET_DAYS),
    Resolves(days_ago(5, "10:00")),
    Tells(
        days_ago(4, "14:00"),
        "all four points are settled from our side. Before we call it over I would like to hear it from you: is "
        "everything solved, and is there anything else? I suggest half an hour together.",
        Then("Keep an eye on the second peak", days_ago(2, "16:00", AMSTERDAM)),
    ),
    Tells(
        days_ago(2, "14:15"),
        "the second peak went as quietly as the first. We speak at our final meeting.",
        Then("Final meeting: is everything solved, is there anything else", working_day(1, "15:30", AMSTERDAM), "call"),
    ),
    PromisesThat(days_ago(2, "14:20"), "Report of both peaks, with figures", working_day(2, "12:00"), owner="sofie"),
)
