"""What is over: one lost, one recovered, one withdrawn, and one that came back."""

from amends.demo.moments import days_ago, lately, working_day
from amends.demo.plans import (
    Closes,
    Declines,
    Estimates,
    Meets,
    Regrades,
    Reopens,
    Resolves,
    SeesTrend,
    Solves,
    Takes,
    TakesUpAgain,
    Withdraws,
)
from amends.demo.rulebook import KNOWS_WHOM, QUIET_DAYS
from amends.demo.scenes import Acknowledges, Hears, IsWaived, Opens, PromisesThat, Tells, Then

VIENNA = "Europe/Vienna"

FINCH_AND_ROWE = (
    Opens(
        days_ago(48, "10:15"),
        by="mateusz",
        account="Finch & Rowe",
        contact="Niamh Rowe",
        reason="Lost faith after three handovers",
        plan=(
            "Three contacts in one year, and I explain us anew each time",
            "What was agreed in spring is written down nowhere",
        ),
        impact="trust",
        mood="furious",
        expectation="One person, for good.",
        outcome_wanted="To decide by the end of the month whether we stay.",
        category="support",
        patience="gone",
        sentiment="worried",
    ),
    Acknowledges(days_ago(48, "11:30"), Then("Whom you will deal with", days_ago(46, "15:00"))),
    Takes(days_ago(47, "10:00"), 1, "mateusz", "Customer success", "Stay, and meet her in Dublin", by="sami"),
    Tells(
        days_ago(46, "14:40"),
        "Mateusz Zielinski looks after you from now on, and he is not going anywhere. He would like to come to Dublin "
        "and write down with you what was agreed.",
        Then("What was agreed in spring, in writing", days_ago(43, "15:00")),
    ),
    PromisesThat(days_ago(46, "15:00"), "A proposal for the next year", days_ago(34, "12:00"), owner="ben"),
    # A day late, after the alarms.
    Tells(
        days_ago(42, "11:00"),
        "here is what we found of the agreements of spring, a day after we promised it. Two points are missing from "
        "our records altogether. Please tell us what you remember of them.",
        Then("The two missing points", days_ago(40, "15:00")),
    ),
    Tells(
        days_ago(40, "12:00"),
        "Called Niamh Rowe. She is civil and tired of it. She has an offer from elsewhere and decides this week.",
        Then("Her decision", days_ago(37, "15:00"), "call"),
        minutes=24,
    ),
    SeesTrend(days_ago(40, "12:30"), "declining"),
    Hears(
        days_ago(38, "16:00"),
        "I have signed with somebody else. It was not the software. I would have liked to know whom to ring.",
    ),
    Solves(days_ago(37, "11:00"), 2, by="mateusz"),
    Declines(days_ago(37, "11:10"), 1, "She leaves at the end of the quarter.", by="sami"),
    Tells(
        days_ago(37, "12:00"),
        "thank you for telling us plainly. Your data is yours: the export is attached to your account, and Mateusz "
        "helps you move whenever you need it.",
        Then("Help with the move", days_ago(33, "12:00")),
    ),
    IsWaived(days_ago(37, "12:10"), "A proposal for the next year", "She has decided, and asks for none."),
    Resolves(days_ago(37, "12:20")),
    Meets(days_ago(37, "12:30"), KNOWS_WHOM),
    Closes(
        days_ago(36, "10:00"),
        "lost",
        "Niamh Rowe",
        "mail",
        note="Three handovers in a year without notes. Since then a handover is a meeting with the customer.",
        waives="She leaves at the end of the quarter.",
    ),
)

LUMA = (
    Opens(
        days_ago(34, "11:20"),
        by="lea",
        account="Luma Pharmacies",
        contact="Chiara Rinaldi",
        reason="Label printer drops every fifth job",
        plan=("Every fifth label does not come out", "The hotline asked us four times for the same number"),
        impact="impaired",
        mood="upset",
        expectation="That pharmacists look after patients, not printers.",
        category="product",
        patience="patient",
        sentiment="confident",
    ),
    Acknowledges(days_ago(34, "11:50"), Then("First findings", days_ago(34, "16:00"))),
    Takes(days_ago(34, "13:00"), 1, "lukas", "Development", "Reproduce it with the same printer", by="ines"),
    Tells(
        days_ago(34, "15:30"),
        "we have the same printer here and see the same. It answers late after four labels, and we give up too soon.",
        Then("A mended driver", days_ago(32, "16:00")),
    ),
    Tells(
        days_ago(32, "15:00"),
        "the mended driver waits longer. Two of your pharmacies try it from tomorrow.",
        Then("How the two fare", days_ago(30, "16:00")),
    ),
    Solves(days_ago(30, "11:00"), 1, by="lukas"),
    Solves(days_ago(30, "11:30"), 2, by="claire"),
    SeesTrend(days_ago(30, "14:00"), "improving"),
    Tells(
        days_ago(30, "15:00"),
        "not one label was lost in two days. All your pharmacies get the driver tonight. Your printer’s number now "
        "stands in our records.",
        Then("Check-back after the fix", days_ago(26, "11:00"), "call"),
    ),
    Regrades(days_ago(30, "15:20"), "low", "The labels come out; now it has to stay so."),
    Resolves(days_ago(29, "10:00")),
    Tells(
        days_ago(26, "10:40"),
        "Called Chiara Rinaldi. No label lost in four days. She says that it is over, and thanks Lukas.",
        minutes=9,
    ),
    Meets(days_ago(26, "10:50"), QUIET_DAYS),
    Meets(days_ago(26, "10:51"), KNOWS_WHOM),
    Closes(
        days_ago(26, "11:00"),
        "recovered",
        "Chiara Rinaldi",
        "call",
        note="New printers are tried with a hundred labels before they are supported.",
    ),
)

MUEHLBACH = (
    Opens(
        days_ago(25, "09:50"),
        by="lea",
        account="Mühlbach Backwaren",
        contact="Anton Mühlbach",
        reason="Recipes overwritten by an update",
        plan=("Forty recipes have last year’s amounts", "Nobody can say who changed them"),
        impact="impaired",
        mood="upset",
        expectation="My rye bread as I wrote it.",
        category="data",
        patience="short",
        sentiment="uneasy",
    ),
    Acknowledges(days_ago(25, "10:20"), Then("Where the recipes are", days_ago(25, "16:00", VIENNA))),
    Takes(days_ago(25, "11:00"), 1, "lukas", "Development", "Bring the recipes back from the copy", by="ines"),
    Tells(
        days_ago(25, "15:10"),
        "your recipes are safe in the nightly copy. Tonight we put all forty back as you wrote them.",
        Then("Whether all forty are back", days_ago(24, "16:00", VIENNA)),
    ),
    Solves(days_ago(24, "10:00"), 1, by="lukas"),
    Tells(
        days_ago(24, "14:00"),
        "all forty recipes are back. Who changed them: our update did, with an older list. It shows from now on.",
        Then("Check-back after a week of baking", days_ago(19, "11:00", VIENNA), "call"),
    ),
    Regrades(days_ago(24, "14:20"), "low", "All recipes are back; Anton asks for a call in a week."),
    Solves(days_ago(22, "11:00"), 2, by="lukas"),
    Resolves(days_ago(20, "10:00")),
    Tells(days_ago(19, "10:30"), "Called Anton Mühlbach. The rye bread is right. It is over for him.", minutes=6),
    Meets(days_ago(19, "10:40"), QUIET_DAYS),
    Meets(days_ago(19, "10:41"), KNOWS_WHOM),
    Closes(days_ago(19, "10:50"), "recovered", "Anton Mühlbach", "call"),
    Reopens(days_ago(3, "09:30"), "Since last night’s update twelve recipes have the old amounts again.", by="ines"),
    Regrades(days_ago(3, "09:35"), "high", "He bakes tonight, and twelve recipes are wrong."),
    TakesUpAgain(days_ago(3, "09:40"), 1, "Twelve of the forty are overwritten again.", by="lukas"),
    Meets(days_ago(3, "09:45"), QUIET_DAYS, is_so=False),
    SeesTrend(days_ago(3, "09:50"), "declining"),
    Tells(
        days_ago(3, "10:10"),
        "Rang Anton Mühlbach before he could ring us: twelve recipes have the old amounts again since last night. "
        "They will be right before the night’s baking. He was short, and said thank you for the call.",
        Then("Whether the twelve are right for tonight", days_ago(3, "16:00", VIENNA)),
        minutes=5,
    ),
    Takes(days_ago(3, "11:00"), 1, "lukas", "Development", "Put the twelve back; find what brings the list", by="ines"),
    Tells(
        days_ago(3, "15:30"),
        "the twelve recipes are right for tonight. Updates to your bakery are stopped until we know what brings the "
        "old list back.",
        Then("What brings the old list back", days_ago(2, "16:00", VIENNA)),
    ),
    Tells(
        days_ago(2, "15:00"),
        "a second server still holds last year’s list. We take it out of service. Greta Fink and Lukas Meyer go "
        "through all forty recipes together.",
        Then("Result of going through all forty", days_ago(1, "16:00", VIENNA)),
        to=("Anton Mühlbach", "Greta Fink"),
    ),
    Estimates(days_ago(1, "11:00"), 1, working_day(4, "17:00"), by="lukas"),
    Tells(
        days_ago(1, "14:30"),
        "all forty were right this morning. We watch each night until the end of the next working week.",
        Then("The night’s recipes", working_day(1, "11:00", VIENNA)),
    ),
    SeesTrend(lately(0.4), "same"),
)

TANSY = (
    Opens(
        days_ago(11, "13:30"),
        by="sofie",
        account="Tansy Grocers",
        contact="Alice Tansy",
        reason="Third week without a correct invoice",
        plan=("Our order numbers are missing on every invoice",),
        impact="impaired",
        mood="disappointed",
        category="contract",
        patience="short",
        sentiment="confident",
    ),
    Acknowledges(days_ago(11, "14:10"), Then("What is wrong with the invoices", days_ago(10, "16:00"))),
    Takes(days_ago(10, "10:00"), 1, "ewa", "Finance", "Compare three invoices with their orders", by="nadia"),
    Tells(
        days_ago(10, "15:10"),
        "the order numbers come to us empty. Could it be that a field was renamed on your side? We are glad to look "
        "at it together.",
        Then("Look at it together", days_ago(8, "11:00"), "call"),
    ),
    Hears(
        days_ago(9, "16:20"),
        "You are right, it was our own change of the form. Please drop this; the next invoices look fine.",
    ),
    Withdraws(
        days_ago(9, "16:40"), "The order numbers were missing in their own form; Alice Tansy asks us to drop it."
    ),
)
