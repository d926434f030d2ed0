"""What happens beside the cases: what is known of customers, who is away, how one is reached, who has read what."""

from datetime import time

from amends.demo.inside import GoesAway, KeepsView, Learns, ReadsAll, WantsToBeReached
from amends.demo.mailing import Writes
from amends.demo.moments import ago, days_ago, working_day

HOUSE = (
    WantsToBeReached(days_ago(80, "09:30"), {"wants_digest": False, "digest_at": time(7, 15)}, by="ruth"),
    WantsToBeReached(
        days_ago(80, "10:00"),
        {"quiet_from": time(20, 30), "quiet_until": time(6, 30), "digest_at": time(7, 45)},
        by="nadia",
    ),
    WantsToBeReached(days_ago(79, "11:00"), {"quiet_from": time(19, 0), "quiet_until": time(8, 0)}, by="priya"),
    Learns(
        days_ago(70, "15:00"),
        "Brightwater Foods",
        "history",
        "Two years ago a stock count was wrong for a week, and nobody rang them. Ruth went to Lisbon to say sorry.",
        by="tom",
    ),
    Learns(
        days_ago(70, "15:05"),
        "Brightwater Foods",
        "upsets",
        "To be surprised. Maria forgives bad news, but not that she hears it last.",
        by="tom",
    ),
    Learns(
        days_ago(62, "11:20"),
        "Greyfriars Hospitals Trust",
        "helps",
        "Fiona decides, Arjun signs for safety. Have both on the line, or it is done twice.",
        by="mateusz",
    ),
    Learns(
        days_ago(58, "16:40"),
        "Norrland Dairies",
        "helps",
        "Name the depot and the hour. Elin passes it on to forty drivers.",
        by="tom",
    ),
    Learns(
        days_ago(55, "14:10"),
        "Pellegrin Market",
        "upsets",
        "Do not speak of the merger with anybody but Camille. It is not public.",
        by="lea",
    ),
    Learns(
        days_ago(48, "12:00"),
        "Finch & Rowe",
        "upsets",
        "To explain herself anew to somebody who has read nothing.",
        by="mateusz",
    ),
    KeepsView(days_ago(40, "09:10"), "Getting worse", "view=open&trend=declining", is_shared=True, by="hugo"),
    KeepsView(days_ago(33, "08:50"), "Late just now", "view=open&overdue=1", by="nadia"),
    KeepsView(days_ago(31, "17:00"), "With executives", "view=open&level=3", by="ruth"),
    Learns(
        days_ago(21, "10:30"),
        "Kestrel & Sons",
        "helps",
        "A call before eight, on his own line. He reads no mail before noon.",
        by="tom",
    ),
    GoesAway(days_ago(10, "09:15"), working_day(6, "09:00"), working_day(11, "09:00"), "tom", "Holidays", by="sofie"),
    Learns(
        days_ago(9, "15:20"),
        "Tollgate Logistics",
        "upsets",
        "A date that moves. Name only the one that you are sure of; Denise plans her month end around it.",
        tells_the_team=True,
        by="mateusz",
    ),
    Learns(
        days_ago(5, "12:30"),
        "Brightwater Foods",
        "helps",
        "The number first, then the reason, then the apology. One page, nothing attached.",
        tells_the_team=True,
        by="nadia",
    ),
    Learns(
        days_ago(5, "12:35"),
        "Brightwater Foods",
        "temperament",
        "Quick and dry, and keeps her word. When Maria grows polite, ring her.",
        by="nadia",
    ),
    GoesAway(
        days_ago(4, "16:30"),
        days_ago(1, "18:00"),
        working_day(3, "09:00"),
        "ines",
        "Family",
        by="sami",
    ),
    ReadsAll(days_ago(3, "09:00"), by="ben"),
    ReadsAll(days_ago(1, "08:40"), by="hugo"),
    ReadsAll(days_ago(1, "09:05"), by="nadia"),
    ReadsAll(days_ago(1, "09:20"), by="mateusz"),
    ReadsAll(days_ago(1, "09:40"), by="sofie"),
    ReadsAll(days_ago(1, "12:45"), by="lea"),
    ReadsAll(days_ago(1, "17:50"), by="claire"),
    # Of a domain that we know, about no case that we can tell: it waits for somebody to sort it.
    Writes(
        days_ago(1, "18:20"),
        name="Paul Ashdown",
        address="paul.ashdown@kestrel.example",
        subject="Two pallets short in Leeds",
        text=(
            "Good morning,\n\nI look after the depot in Leeds. Since Monday your delivery notes name two pallets more "
            "than we unload. The list is attached. Is that the same thing that Jan spoke with you about?\n\n"
            "Regards,\nPaul Ashdown\n"
        ),
        files=(("leeds.csv", "day,on the note,unloaded\nMonday,14,12\nTuesday,11,9\nWednesday,16,14\n"),),
    ),
    ReadsAll(ago(hours=3), by="ruth"),
)
