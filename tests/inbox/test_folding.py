"""What was newly written stays in view, and what is repeated below it is folded away; nothing is lost."""

from __future__ import annotations

import csv
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.inbox.folding import Folded, fold
from amends.inbox.phrases import LANGUAGES
from tests.fuzzing import examples
from tests.inbox.mails import real

MEASURE = 10_000


def even(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def first(folded: Folded) -> str:
    return even(next((part.text for part in folded.parts if part.what == "new"), ""))


@pytest.mark.real_data
def test_every_labelled_reply_is_folded_as_its_label_says():
    files = {path.name: path for path in real("replies/crisp")}
    labels = files["email_1.txt"].with_name("expected_first_fragment.csv")
    with labels.open(encoding="utf-8", newline="") as rows:
        expected = {row["file"]: even(row["expected_first_fragment"]) for row in csv.DictReader(rows)}

    found = {name: first(fold(files[name].read_text(encoding="utf-8"))) for name in expected}

    assert len(found) == 47
    assert {name for name in found if found[name] != expected[name]} == set()


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["replies/crisp", "replies/zapier"])
def test_no_letter_of_a_real_reply_is_lost(folder):
    for path in real(folder):
        text = path.read_bytes().decode(errors="replace")

        assert "".join(part.text for part in fold(text).parts) == text


@pytest.mark.real_data
def test_what_only_looks_like_a_quote_or_a_signature_stays_in_view():
    tricky = {
        path.stem.split("_")[2]: path.read_text(encoding="utf-8")
        for path in real("replies/crisp")
        if "tricky" in path.stem
    }

    for number in ("1", "3", "4", "6", "7", "8", "13"):
        assert even(fold(tricky[number]).new) == even(tricky[number]), number


def test_answers_between_quotes_are_new():
    folded = fold(
        "On 12 Nov 2026, at 10:00, Ana wrote:\n> When did it begin?\nOn Monday.\n> Who is hit?\n\nEverybody.\n"
    )

    assert folded.new == "On Monday.\n\nEverybody."
    assert "Who is hit?" in folded.quoted


def test_a_long_line_that_was_broken_while_it_was_quoted_is_no_answer():
    folded = fold(f"Yes.\n\n> {'word ' * 14}and\nthe rest of it\n> and more\n")

    assert folded.new == "Yes."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quoted_mail_is_told_by_its_headers(language):
    words = LANGUAGES[language]
    block = f"{words.sender[0]}: Ana <ana@fernhill.example>\n{words.sent[0]}: 12.11.2026 10:00\n{words.to[0]}: Maria\n"

    folded = fold(f"It is down again.\n\n{block.title()}{words.subject[0]}: Export\n\nWe look into it.\n")

    assert folded.new == "It is down again."
    assert folded.quoted.endswith("We look into it.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_above_the_quote_is_told_by_its_words(language):
    words = LANGUAGES[language]
    begins = (words.leads or words.days)[0]

    folded = fold(
        f"It is down again.\n\n{begins} 12.11.2026 10:00 Ana <a@fernhill.example> {words.wrote[0]}:\n\nSoon.\n"
    )

    assert folded.new == "It is down again."


@pytest.mark.parametrize("language", LANGUAGES)
def test_closings_and_the_notes_of_telephones_are_signatures(language):
    words = LANGUAGES[language]

    folded = fold(f"It is down again.\n\n{words.closings[0].capitalize()},\nMaria\n+351 555 0100\n")
    noted = fold(f"It is down again.\n\n{words.sent_with[0].capitalize()} my telephone\n")

    assert folded.new == noted.new == "It is down again."
    assert "Maria" in folded.signature


def test_what_was_forgotten_above_the_name_counts_below_it():
    postscript = "Still down.\n\nRegards,\nMaria\n\nPS: invoice 4711 is wrong too\n"
    afterthought = "Still down.\n\nRegards,\nMaria\n\nI forgot to say that the invoice is wrong.\n"

    assert "4711" in fold(postscript).new
    assert "invoice is wrong" in fold(afterthought).new
    assert "Maria" not in fold(afterthought).new


@pytest.mark.parametrize(
    "text",
    [
        "On the 12th we called three times.\nNobody answered, and then Ana wrote:",
        "From: Lisbon\nTo: Porto\nDate: 3 May\n\nThat is the truck that got lost.",
        "- one\n-- two\n--- three",
        "Sent from our office, it took a week.",
        "Thanks\n\nAnd one more thing: the totals are wrong.",
        "On 12 November 2026 you wrote:\n\nWe will refund you.\n\nYou did not.",
    ],
)
def test_doubtful_words_stay_in_view(text):
    assert fold(text).new == text


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Cheers\n\nno we do not accept this", "Cheers\n\nno we do not accept this"),
        ("Best\n\nNo we do not accept\n\n> What do you say?\n", "Best\n\nNo we do not accept"),
        ("> What do you say?\n\n> And Ana?\n\nBest\n\nNo we do not accept\n", "Best\n\nNo we do not accept"),
        ("> Is it down?\nYes.\n> And Ana?\n\nBest\n\nPaul\n", "Yes."),
        ("Hello Ana\n\nBest\n\nnone of it works since Monday", "Hello Ana\n\nnone of it works since Monday"),
        ("We cannot work.\n\nBest\n\nPaul\n\nplease call me", "We cannot work.\n\nplease call me"),
    ],
)
def test_what_is_said_below_a_closing_counts_although_no_full_stop_ends_it(text, new):
    assert fold(text).new == new


@pytest.mark.parametrize(
    "below",
    ["Head of Logistics and Supply Chain", "head of logistics", "more at www.brightwater.example or on the phone"],
)
def test_titles_and_addresses_below_a_closing_are_no_words(below):
    assert fold(f"It is down.\n\nRegards\n\nPaul Smith\n\n{below}\nBrightwater Foods\n").new == "It is down."


def test_a_language_that_only_the_library_speaks_is_folded_too():
    folded = fold("まだ動きません。\n\n2026年11月12日(木) 10:00 Ana <ana@fernhill.example>:\n\n調べています。\n")

    assert folded.new == "まだ動きません。"


HEADS = ["On 1 May 2026 at 10:00, A <a@b.example> wrote:", "From: a@b.example", "To: x", "Sent: 1", "-- ", "--", "____"]
LINES = st.lists(st.one_of(st.sampled_from([*HEADS, "Regards,", "> a", "Sent from x", "", "x"]), st.text(max_size=20)))


@examples(100)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r", "\u2028"]))
def test_the_parts_of_any_text_are_the_text(lines: list[str], end: str) -> None:
    text = end.join(lines)

    assert "".join(part.text for part in fold(text).parts) == text


@pytest.mark.parametrize(
    "line",
    [
        "To: x\n",
        f"On 1 {'a ' * 190}\n",
        f"Dne {'a ' * 190}\n",
        f"{'> ' * 190}\n",
        "---\n",
        "\n",
        "Regards,\n> a\n",
        "a",
    ],
)
def test_eight_times_the_text_takes_no_more_than_its_share_of_time(line):
    def took(letters: int) -> float:
        start = time.process_time()
        fold(line * (letters // len(line)))
        return time.process_time() - start

    assert took(8 * MEASURE) < 0.3 + 20 * took(MEASURE)
