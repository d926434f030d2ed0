"""What cannot wait for office hours: hospital labels, shelf prices, a dairy’s depots."""

from amends.demo.inside import AsksForHelp, Helps, Notes
from amends.demo.moments import ago, ahead, days_ago, lately, later_today, tomorrow, worked_ahead, working_day
from amends.demo.plans import Estimates, IsTheSame, Regrades, SeesTrend, Solves, Takes
from amends.demo.scenes import Hears, Opens, PromisesThat, Tells, Then

STOCKHOLM = "Europe/Stockholm"

GREYFRIARS = (
    Opens(
        ago(minutes=12),
        by="mateusz",
        account="Greyfriars Hospitals Trust",
        contact="Fiona Grant",
        reason="Diet labels printed without allergens",
        plan=("Trays leave the kitchen without allergens on the label",),
        impact="stopped",
        mood="upset",
        expectation="Know within the hour which wards have such trays, and a person on the line until it is safe.",
        reported=ago(minutes=18),
        asks_for_level=3,
        handler="ruth",
        category="data",
        patience="gone",
        sentiment="worried",
    ),
    Takes(ago(minutes=7), 1, "priya", "Development", "Find out which label run began it", by="ruth"),
    Notes(ago(minutes=5), "@Claire please ring the ward kitchens, now: no tray leaves before somebody has read it."),
)

PELLEGRIN = (
    Opens(
        ago(hours=20),
        by="lea",
        account="Pellegrin Market",
        contact="Camille Pellegrin",
        reason="Price labels wrong in 31 shops",
        plan=(
            "The shelf says one price and the till another",
            "We take labels down by hand in 31 shops",
            "I heard of it from a journalist",
        ),
        impact="stopped",
        mood="furious",
        expectation="The truth, every few hours, from somebody who may decide something.",
        reported=ago(hours=20, minutes=10),
        since=ago(hours=26),
        category="data",
        patience="gone",
        sentiment="worried",
    ),
    Tells(
        ago(hours=19, minutes=48),
        "Rang Camille Pellegrin. We see it too: last night’s labels carry the prices of the week before. I am in "
        "charge of it and stay in charge. Next word within four hours, also if there is nothing new.",
        Then("What we know by then", ago(hours=16), "call"),
        minutes=7,
    ),
    Takes(ago(hours=19, minutes=30), 1, "priya", "Development", "Stop tonight’s label run", by="hugo"),
    Estimates(ago(hours=19), 1, ago(hours=6), by="priya"),
    AsksForHelp(ago(hours=18), "ruth", "Approve couriers for the shops with older machines"),
    Helps(ago(hours=17, minutes=35), "Approved, for as many as it takes.", by="ruth"),
    Tells(
        ago(hours=16, minutes=10),
        "the label run of tonight is stopped, so nothing gets worse. Last night’s was made from a copy of the week "
        "before. We are making the right one now, and send it to your shops one by one.",
        Then("How many shops have right labels", ago(hours=12, minutes=20)),
        to=("Camille Pellegrin", "Yannick Morel"),
    ),
    Takes(ago(hours=14), 2, "claire", "Support", "Ring all 31 shops, one by one", by="hugo"),
    Tells(
        ago(hours=12, minutes=30),
        "eleven shops have the right labels. Claire Dubois and three colleagues are on the telephone with the others.",
        Then("How many shops have right labels", ago(hours=8, minutes=30)),
        to=("Camille Pellegrin", "Yannick Morel"),
    ),
    Estimates(ago(hours=11), 1, ahead(hours=9), "Six shops print on older machines, which take longer.", by="priya"),
    Hears(
        ago(hours=10),
        "Eleven is a number. Thank you. The number that I need is 31.",
        channel="mail",
    ),
    # Late by half an hour: two alarms rang.
    Tells(
        ago(hours=8),
        "this comes half an hour later than promised; we waited for three shops to answer. 19 shops have the right "
        "labels. Nobody has been charged more than the shelf said: the tills were right all the time.",
        Then("How many shops have right labels", ago(hours=4, minutes=30)),
        to=("Camille Pellegrin", "Yannick Morel"),
    ),
    SeesTrend(ago(hours=7, minutes=50), "same"),
    Tells(
        ago(hours=4, minutes=40),
        "Rang Camille Pellegrin, with Yannick Morel beside her: 25 of 31. The six on older machines get their labels "
        "by courier. He wants each shop confirmed in writing before they say that it is over.",
        Then("How many shops have right labels", ago(hours=1)),
        minutes=12,
    ),
    Tells(
        ago(hours=1, minutes=10),
        "27 of 31 shops have the right labels. The last four couriers are on their way.",
        Then("Whether the last four shops have their labels", ahead(minutes=40)),
        to=("Camille Pellegrin", "Yannick Morel"),
    ),
    PromisesThat(
        ago(hours=1), "Written confirmation for each of the 31 shops", later_today, to="Yannick Morel", owner="hugo"
    ),
    PromisesThat(
        ago(minutes=55), "What happened, on one page, for the press", tomorrow("12:00", "Europe/Paris"), owner="hugo"
    ),
)

NORRLAND = (
    Opens(
        days_ago(9, "07:40"),
        by="tom",
        account="Norrland Dairies",
        contact="Elin Norberg",
        reason="Four depots cannot book deliveries",
        plan=(
            "Kiruna, Luleå, Umeå and Sundsvall cannot book deliveries",
            "Milk waits at the ramp",
            "Booked deliveries vanish from the list",
        ),
        impact="stopped",
        mood="upset",
        expectation="Tell us which depot comes back when, so that we can send the lorries.",
        reported=days_ago(9, "07:20"),
        category="outage",
        patience="short",
        sentiment="uneasy",
    ),
    Tells(
        days_ago(9, "07:48"),
        "Rang Elin Norberg. All four depots use the same booking server, which answers too slowly. We open a second "
        "one now. Until then our night shift takes bookings by telephone.",
        Then("When the first depot is back", days_ago(9, "11:30")),
        minutes=5,
    ),
    Takes(days_ago(9, "08:10"), 1, "jonas", "Infrastructure", "Put a second booking server in place", by="hugo"),
    Tells(
        days_ago(9, "11:15"),
        "Luleå and Umeå book again. The other two follow in the afternoon; their bookings go on by telephone.",
        Then("Kiruna and Sundsvall", days_ago(9, "15:00")),
        to=("Elin Norberg", "Per Lund"),
    ),
    Solves(days_ago(9, "13:20"), 2, by="tom"),
    Tells(
        days_ago(9, "14:50"),
        "Called Elin. Sundsvall is back, Kiruna not yet. She can live with one depot on the telephone for some days. "
        "Agreed to speak once a day instead of every four hours.",
        Then("How Kiruna books", days_ago(8, "15:00")),
        minutes=10,
    ),
    Regrades(days_ago(9, "15:10"), "high", "Three of four depots book; Elin agreed to a call a day.", by="hugo"),
    # What came in besides had been opened as a second escalation: see below.
    Takes(days_ago(8, "10:10"), 3, "lukas", "Development", "Find the bookings that vanished", by="hugo"),
    Takes(days_ago(8, "10:12"), 4, "jonas", "Infrastructure", "Move reports off the booking server", by="hugo"),
    Tells(
        days_ago(8, "10:20"),
        "Rang Per Lund. His reports come from the same server as the bookings, so both are in one hand: mine.",
        to=("Per Lund",),
        minutes=4,
    ),
    Tells(
        days_ago(8, "14:40"),
        "Kiruna books again, but slowly. We found why bookings vanish from the list: they are there, only sorted "
        "under the day on which they were typed. Lukas Meyer corrects that.",
        Then("When the list is right again", days_ago(7, "16:00")),
    ),
    Tells(
        days_ago(7, "15:20"),
        "the corrected list is being tested. Kiruna’s bookings take eight seconds instead of one; Jonas Petersen "
        "looks into the line.",
        Then("Test of the list", days_ago(6, "16:00")),
    ),
    Tells(
        days_ago(6, "15:30"),
        "the test of the list goes on; there is nothing new to report today.",
        Then("Result of the test", days_ago(5, "16:00")),
    ),
    Solves(days_ago(5, "13:00"), 3, by="lukas"),
    Tells(
        days_ago(5, "15:00"),
        "the list is right since one o’clock. Please tell us if anybody misses a booking from before.",
        Then("Whether bookings are missed", days_ago(4, "16:00")),
    ),
    SeesTrend(days_ago(4, "15:30"), "improving"),
    Tells(
        days_ago(4, "15:40"),
        "nobody has missed a booking. Kiruna’s line is measured over the coming days.",
        Then("What the measurement says", days_ago(3, "16:00")),
    ),
    Tells(
        days_ago(3, "14:00"),
        "Kiruna’s line loses one packet in fifty, between the town and the coast. We spoke with the carrier.",
        Then("What the carrier does", days_ago(2, "16:00")),
    ),
    Estimates(days_ago(3, "14:10"), 1, working_day(1, "16:00"), by="jonas"),
    Tells(
        days_ago(2, "15:10"),
        "the carrier changes a part of the line this week. Until then Kiruna books over the mobile network, which "
        "takes two seconds.",
        Then("How Kiruna books over the mobile network", days_ago(1, "16:00")),
    ),
    SeesTrend(days_ago(1, "10:00"), "same"),
    Tells(
        days_ago(1, "15:10"),
        "Called Elin. Kiruna is content with two seconds. Evening reports still come at noon; she needs them by six "
        "for the morning’s lorries.",
        Then("What we do about the reports", days_ago(0, "16:00", STOCKHOLM)),
        minutes=16,
    ),
    Tells(
        lately(0.3),
        "the evening reports move to a server of their own, as soon as there is one. Let us go through all four depots "
        "together by telephone.",
        Then("Status call: which of the four depots are back", worked_ahead(85), "call"),
    ),
    Takes(
        lately(0.35),
        4,
        "jonas",
        "Infrastructure",
        "Move reports to a server of their own",
        status="waiting",
        waits_on="team",
        waiting_for="Infrastructure",
        needs="a server with as much memory as the booking server has",
    ),
)

NORRLAND_AGAIN = (
    Opens(
        days_ago(8, "09:58"),
        by="sofie",
        account="Norrland Dairies",
        contact="Per Lund",
        reason="Evening reports arrive at noon",
        plan=("Our evening reports arrive at noon",),
        impact="hindered",
        mood="disappointed",
        channel="mail",
        category="data",
        patience="short",
    ),
    IsTheSame(days_ago(8, "10:05"), "The reports run on the booking server of the open escalation.", by="hugo"),
)
