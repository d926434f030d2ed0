"""Brightwater Foods, Lisbon: every order arrives twice. The case that the others are measured by."""

from amends.demo.causing import FindsOthers, FindsTheCause, TellsThemFirst
from amends.demo.customers_page import ConfirmsOnTheirPage, GetsALink, Rates, WritesOnTheirPage
from amends.demo.findings import Disputes, Refutes, SettlesDispute, States
from amends.demo.inside import AsksForHelp, HasWatch, Helps, LeavesOut, MustHear, Notes
from amends.demo.mailing import Answers
from amends.demo.moments import days_ago, lately, worked_ahead, working_day
from amends.demo.plans import (
    Agrees,
    Asks,
    Estimates,
    Gets,
    Links,
    Meets,
    Names,
    SeesTrend,
    Solves,
    Takes,
)
from amends.demo.scenes import Acknowledges, Corrects, Hears, Moves, Opens, PromisesThat, Tells, Then
from amends.demo.talking import Invites, SaysSo, SaysYes, SendsTheNotes, Talked

LISBON = "Europe/Lisbon"
REPLAY = "Whether the replay of the doubled orders worked"
SUMMARY = "Written summary for her board"
PORTO = "Corrected stock figures for Porto"
STATUS = "Status call: what we know, and what comes next"
DAILY = "Where we stand at the end of the day"
NO_DOUBLES = "No order doubled for five working days."
SHORTER = "The release shortened the time after which an order is sent again, from 90 to 9 seconds."
TWICE = "214 orders were sent twice, all between 22:10 and 06:40."
SCANNED = "The warehouse scanned the orders twice."
# Affected as well, and they have not told us.
OTHERS = ("Delta Farm Co-op", "Arran Bakeries", "Vesterø Fisk")
RETRIES = "\n".join(
    (
        "order,sent_at,answered_after_s,sent_again_after_s",
        *(f"BW-{40211 + 7 * n},22:{10 + n:02}:04,{11 + 5 * n % 37},9" for n in range(24)),
    )
)

BRIGHTWATER = (
    Opens(
        days_ago(6, "09:20"),
        by="tom",
        account="Brightwater Foods",
        contact="Maria Duarte",
        reason="Orders doubled since the latest release",
        plan=(
            "Every order arrives twice in the warehouse",
            "We cannot trust a single stock figure",
            "Labels send our pallets to the wrong depot",
        ),
        impact="impaired",
        mood="furious",
        expectation="To hear from us before she has to ask, bad news too, and the number before the apology.",
        outcome_wanted=(
            "No order doubled for five working days; stock in Porto and Lisbon right at two counts in a row; "
            "somebody explains to her board what will stop it from happening again."
        ),
        reported=days_ago(6, "08:52"),
        since=days_ago(7, "22:10"),
        severity="high",
        severity_reason="They sort out the doubles by hand, and every lorry still leaves. Maria agreed.",
        category="data",
        patience="short",
        sentiment="uneasy",
        tried="Support rolled one depot back on Monday; the orders doubled again by noon.",
    ),
    Acknowledges(days_ago(6, "09:31"), Then("What we know so far", days_ago(6, "16:00", LISBON))),
    HasWatch(days_ago(6, "09:34"), "hugo", by="tom"),
    Takes(days_ago(6, "09:50"), 1, "priya", "Development", "Find out since when, and how many", by="nadia"),
    Takes(days_ago(6, "09:52"), 2, "lukas", "Development", "Compare stock with the delivery notes", by="nadia"),
    HasWatch(days_ago(6, "09:58"), "jonas", by="jonas"),
    Hears(
        days_ago(6, "11:05"),
        "Two more things, while you are at it. Your support closed our ticket without asking anybody here, twice. "
        "And we were billed for the very week in which nothing worked. I should not have to write this.",
    ),
    Names(days_ago(6, "11:12"), "Support closed our ticket without asking"),
    Names(days_ago(6, "11:13"), "You billed us for the week it did not work"),
    SeesTrend(days_ago(6, "11:20"), "declining"),
    Takes(days_ago(6, "11:30"), 4, "nadia", "Customer success", "Reopen it; give Maria a direct line", by="nadia"),
    Takes(days_ago(6, "11:31"), 5, "ewa", "Finance", "Withdraw the invoice of that week", by="nadia"),
    States(days_ago(6, "12:20"), SCANNED, "Support’s first guess", problem=1, by="claire"),
    Refutes(
        days_ago(6, "14:40"), SCANNED, "The scanner log of that night has each pallet once; Rui sent it.", by="claire"
    ),
    Estimates(days_ago(6, "15:10"), 1, days_ago(3, "17:00"), by="priya"),
    AsksForHelp(days_ago(6, "15:30"), "ruth", "Be at the first meeting, and say yourself that the release was ours"),
    Invites(
        days_ago(6, "15:45"),
        kind="first_contact",
        starts=days_ago(5, "10:00", LISBON),
        minutes=45,
        to=("Maria Duarte", "Rui Teixeira"),
        ours=(("nadia", "leads"), ("ruth", "presence"), ("tom", "guest")),
        place="https://meet.fernhill.example/brightwater",
    ),
    Tells(
        days_ago(6, "15:50"),
        "since last night each order that your shops send is written twice into the warehouse’s list. It is not your "
        "shops, and no order is lost. Priya Raman, who leads the developers for orders, has it in hand and expects "
        "the cause by tomorrow.\n\nYour closed ticket is open again, and the invoice is being looked at. Tomorrow at "
        "ten Ruth Adeyemi and I would like to meet you and Rui, to agree what you need first; the invitation is "
        "on its way to you.",
        to=("Maria Duarte", "Rui Teixeira"),
    ),
    SaysSo(days_ago(6, "16:05"), by="ruth"),
    SaysYes(days_ago(6, "16:20"), "Maria Duarte"),
    Talked(
        days_ago(5, "11:46"),
        "Maria’s order: doubled orders first, stock second, labels third. Rui can mark doubles by hand for a few days, "
        "not longer. Ruth said plainly that the release was ours. We promised a summary for her board, and to call "
        "every day. She is angry, and fair.",
        "upset",
        Then(DAILY, days_ago(5, "16:00", LISBON)),
    ),
    Helps(days_ago(5, "11:47"), "I was there and said it. Maria asks for the reason in writing too.", by="ruth"),
    GetsALink(days_ago(5, "11:48")),
    PromisesThat(days_ago(5, "11:50"), SUMMARY, working_day(1, "16:00", LISBON), owner="tom"),
    PromisesThat(
        days_ago(5, "11:52"), PORTO, days_ago(1, "10:00", LISBON), kind="fix_date", to="Rui Teixeira", owner="lukas"
    ),
    SendsTheNotes(days_ago(5, "11:53")),
    MustHear(days_ago(5, "11:54"), "Helena Prado"),
    Agrees(days_ago(5, "11:55"), NO_DOUBLES),
    Agrees(days_ago(5, "11:56"), "Stock in Porto and Lisbon is right at two counts in a row."),
    Agrees(days_ago(5, "11:57"), "The board has heard what stops it from happening again."),
    Notes(
        days_ago(5, "14:05"),
        "@Nadia it is the retry: what the warehouse has not answered after nine seconds is sent again. The first "
        "hour of Tuesday night is attached.",
        problem=1,
        files=(("retries-first-hour.csv", RETRIES),),
        by="priya",
    ),
    States(
        days_ago(5, "14:15"),
        SHORTER,
        "Release notes of the order service",
        "Both values stand in the change, and in the first hour’s retries it is nine seconds each time.",
        problem=1,
        team="Development",
        by="priya",
    ),
    Takes(
        days_ago(5, "14:20"),
        1,
        "priya",
        "Development",
        "Switch the shortened retry off for Brightwater",
        by="priya",
    ),
    Links(days_ago(5, "14:22"), 1, "https://tracker.fernhill.example/browse/DEV-8812", by="priya"),
    Tells(
        days_ago(5, "16:35"),
        "the cause is found: with the release, an order that the warehouse has not answered within nine seconds is "
        "sent again; before, it was ninety. From tonight the old value is in force for you. What was doubled until "
        "then we will take out ourselves.",
        Then(DAILY, days_ago(4, "15:00", LISBON)),
    ),
    WritesOnTheirPage(
        days_ago(4, "09:35"),
        "Orders, stock, labels: that is the order. And thank you for calling before I had to.",
    ),
    ConfirmsOnTheirPage(days_ago(4, "09:40")),
    Solves(days_ago(4, "11:10"), 4, by="nadia"),
    Asks(
        days_ago(4, "13:20"),
        2,
        "Porto’s delivery notes of the first two nights",
        days_ago(2, "12:00", LISBON),
        to="Rui Teixeira",
        by="lukas",
    ),
    Estimates(days_ago(4, "13:30"), 2, working_day(1, "17:00"), by="lukas"),
    Tells(
        days_ago(4, "15:20"),
        "here is the plan as you confirmed it this morning. No order has been doubled since last night. Your ticket "
        "is open again, and you have Tom’s number and mine. Stock comes next: Lukas Meyer counts from two nightly "
        "exports.",
        Then(STATUS, days_ago(3, "10:00", LISBON), "call"),
        to=("Maria Duarte", "Rui Teixeira"),
    ),
    Tells(
        days_ago(3, "10:50"),
        "Called Maria and Rui. A quiet night, no doubles. Rui finds that labels still name the wrong depot, about "
        "one in thirty. Told them that we look into the labels together with our partner.",
        Then(DAILY, days_ago(3, "16:00", LISBON)),
        minutes=18,
    ),
    Corrects(
        days_ago(3, "11:15"),
        "Called Maria and Rui. A quiet night, no doubles. Rui finds that labels still name the wrong depot, about "
        "one in thirteen. Told them that we look into the labels together with our partner.",
        "Rui said one in thirteen; I had heard thirty.",
    ),
    Takes(
        days_ago(3, "11:30"),
        3,
        "aiko",
        "ShipLane",
        "Ask for the routing table in force",
        by="claire",
        status="waiting",
        waits_on="vendor",
        waiting_for="ShipLane",
        needs="somebody at ShipLane who may change routing tables",
    ),
    States(
        days_ago(3, "11:35"),
        "The wrong depots come from the routing table that is in force since Monday.",
        "Five labels that Rui sent",
        problem=3,
        team="ShipLane",
        by="claire",
    ),
    Links(days_ago(3, "11:40"), 3, "https://support.shiplane.example/requests/SL-20931", by="aiko"),
    Estimates(
        days_ago(3, "14:45"),
        1,
        working_day(1, "17:00"),
        "The doubles of the first two nights must be replayed before it counts as solved.",
        by="priya",
    ),
    # The one that came late: the clock has rung for it.
    Tells(
        days_ago(3, "17:25"),
        "this comes 25 minutes after I promised it; I waited for a figure that I should have left for tomorrow. "
        "No order was doubled today. The replay of those from the first two nights is being prepared.",
        Then(STATUS, days_ago(2, "10:00", LISBON), "call"),
    ),
    Tells(
        days_ago(2, "10:40"),
        "Called Maria and Rui. The recount of Porto needs the nightly export twice, so we will not have it tomorrow. "
        "Rui would rather have it right than soon; his delivery notes are there for us to compare.",
        Then(DAILY, days_ago(2, "16:00", LISBON)),
        minutes=12,
        moves=Moves(PORTO, working_day(3, "10:00", LISBON), "The recount needs the nightly export twice."),
    ),
    Gets(days_ago(2, "10:50"), 2, "They are in our shared folder, all but eleven of the second night.", by="lukas"),
    States(
        days_ago(2, "14:30"),
        TWICE,
        "Order journal",
        "Each order that the journal has twice within a minute, counted over both nights.",
        problem=1,
        team="Development",
        by="priya",
    ),
    Disputes(days_ago(2, "15:05"), TWICE, "The tickets of those nights name 231.", by="claire"),
    SettlesDispute(
        days_ago(2, "15:50"), TWICE, "Counted together: 17 were sent once and asked about twice.", by="priya"
    ),
    SeesTrend(days_ago(2, "16:10"), "same"),
    Tells(
        days_ago(2, "16:20"),
        "the third working day without a doubled order. Tomorrow night we replay what was doubled at the "
        "start. You asked for one number for your board; it stands below.",
        Then("When the replay starts, and what becomes of the invoice", days_ago(1, "16:00", LISBON)),
        cites=(SHORTER, TWICE),
        for_team="Their renewal is in March, and Helena Prado decides on it. Nothing about it from any of us before "
        "the replay has gone through.",
        for_executives="No help needed just now. If the replay fails tomorrow night, Maria’s board meets on it on "
        "Monday; then I would ask Ruth to call Helena Prado the same morning.",
    ),
    LeavesOut(days_ago(1, "09:10"), "Helena Prado", "She is on leave, and asked Maria to tell her.", days=11),
    SeesTrend(days_ago(1, "11:00"), "improving", by="tom"),
    FindsTheCause(
        days_ago(1, "11:20"),
        "Orders are sent again too early, and arrive twice",
        "The release shortened the retry from ninety seconds to nine for everybody. It doubles orders wherever a "
        "warehouse answers more slowly than that at night.",
        category="data",
        team="Development",
        by="nadia",
    ),
    FindsOthers(
        days_ago(1, "11:40"),
        OTHERS,
        "Priya’s logs: orders that their warehouse answered after nine seconds, since the release",
        by="nadia",
    ),
    FindsOthers(days_ago(1, "11:55"), ("Isola Verde",), "The same release; their warehouse sends no log", by="nadia"),
    Rates(days_ago(1, "12:10"), 4, "You ring before I have to. The labels take too long."),
    Solves(days_ago(1, "15:40"), 5, by="ewa"),
    Invites(
        days_ago(1, "15:50"),
        kind="status",
        starts=working_day(1, "11:00", LISBON),
        minutes=30,
        to=("Maria Duarte", "Rui Teixeira"),
        ours=(("nadia", "leads"), ("ruth", "presence"), ("lukas", "expert")),
        place="https://meet.fernhill.example/brightwater",
    ),
    Tells(
        days_ago(1, "16:02"),
        "the invoice for that week is withdrawn; a corrected one comes without the seven days. The replay starts "
        "tonight at ten, and we watch it until it is through.",
        Then(STATUS, days_ago(0, "10:00", LISBON), "call"),
        to=("Maria Duarte", "Rui Teixeira"),
    ),
    SaysYes(days_ago(1, "16:30"), "Maria Duarte"),
    Tells(
        lately(0.1),
        "Called Maria and Rui. The replay ran through at 02:10. Rui compares all 214 orders with his delivery notes "
        "until the afternoon; we tell Maria then whether it worked.",
        Then(REPLAY, worked_ahead(130)),
        keeps=STATUS,
        minutes=22,
    ),
    Answers(
        lately(0.4),
        "Thank you for the call. What I need is one page that I can put in front of my board at six. One number, "
        "what happened, and why it will not happen in December.",
    ),
    Notes(
        lately(0.45),
        "@Nadia @Ruth Maria needs one page for her board at six. I write it from Priya’s note; please read it before "
        "it goes out.",
        by="tom",
    ),
    TellsThemFirst(
        lately(0.5),
        OTHERS,
        "Some of your orders may arrive twice",
        "Dear {contact},\n\nsince our release of last week, some orders of {account} have been sent to the warehouse "
        "twice. You have not told us of it, and you should not have to find it yourselves.\n\nFrom tonight the old "
        "value is in force for you as well, so that no further order is doubled. We are counting yours now; you have "
        "the list, and what we do about it, by {next_by}.\n\nNadia Brandt",
        "The list of your doubled orders, and what we do about them",
        working_day(1, "12:00"),
        by="nadia",
    ),
    Takes(
        lately(0.6),
        1,
        "priya",
        "Development",
        "Compare 214 replayed orders with Rui’s delivery notes",
        needs="an hour with Rui this afternoon",
        by="priya",
    ),
    Takes(
        lately(0.7),
        3,
        "aiko",
        "ShipLane",
        "ShipLane has the example labels",
        by="aiko",
        status="waiting",
        waits_on="vendor",
        waiting_for="ShipLane",
        needs="somebody at ShipLane who may change routing tables",
    ),
    AsksForHelp(
        lately(0.75), "hugo", "Ring ShipLane’s director: three days without an answer about the labels", by="nadia"
    ),
    Estimates(lately(0.85), 2, working_day(3, "17:00"), "The recount needs the nightly export twice.", by="lukas"),
    Meets(lately(0.9), NO_DOUBLES, by="nadia"),
)
