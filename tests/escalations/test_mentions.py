"""Who is meant by “@…” in a note."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.directory.models import Member
from amends.escalations.mentions import read

NADIA = Member(pk=1, name="Nadia Brandt")
TOM = Member(pk=2, name="Tom Okafor")
TOMAS = Member(pk=3, name="Tomás Alves")
ANNE = Member(pk=4, name="Anne Silva")
ANNE_MARIE = Member(pk=5, name="Anne-Marie Costa")
RUI = Member(pk=6, name="Rui")
RUI_SA = Member(pk=7, name="Rui Sá")
ALL = [NADIA, TOM, TOMAS, ANNE, ANNE_MARIE, RUI, RUI_SA]


def named(text, members=ALL):
    return [mention.member for mention in read(text, members)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Nadia Brandt, can you look?", [NADIA]),
        ("@nadia can you look?", [NADIA]),
        ("@NADIA", [NADIA]),
        ("(@Nadia) and @Tom: both of you", [NADIA, TOM]),
        ("Ask @Nadia\nBrandt.", [NADIA]),
        ("Ask @Nadia.", [NADIA]),
        ("@Nadia’s view, please", [NADIA]),
        ("@Tomás and @Tom", [TOMAS, TOM]),
        ("@Toma\u0301s, written in two letters", [TOMAS]),
        ("@Anne-Marie, not the other", [ANNE_MARIE]),
        ("@Anne Silva", [ANNE]),
        ("@Rui", [RUI]),
        ("@Rui Sá", [RUI_SA]),
        ("@Nadia @Nadia", [NADIA, NADIA]),
    ],
)
def test_whole_names_and_first_names_are_found_and_the_longest_that_fits(text, who):
    assert named(text) == who


@pytest.mark.parametrize(
    "text",
    [
        "nadia@fernhill.example",
        "write to support@nadia",
        "support+eu@nadia.example",
        "https://example.org/@nadia",
        "@nadia.example",
        "@Nadiana",
        "@Brandt",
        "@ Nadia",
        "Nadia Brandt",
        "@@nadia",
        "@nadia@social.example",
        "@Anne-Sophie",
        "",
    ],
)
def test_what_is_no_mention_names_nobody(text):
    assert named(text) == []


def test_a_first_name_that_several_share_could_be_any_of_them():
    other = Member(pk=8, name="Nadia Novak")

    (mention,) = read("@nadia?", [NADIA, other])

    assert mention.member is None
    assert set(mention.members) == {NADIA, other}
    assert named("@Nadia Novak", [NADIA, other]) == [other]


def test_who_has_left_is_meant_only_where_nobody_here_is_called_the_same():
    gone = Member(pk=8, name="Nadia Novak", is_active=False)

    assert named("@nadia", [NADIA, gone]) == [NADIA]
    assert named("@Nadia Novak", [NADIA, gone]) == [gone]
    assert named("@nadia", [gone]) == [gone]


words = st.text("abcdefghijklmnopqrstuvwxyzäöüñéß", min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=3).map(lambda parts: " ".join(parts).title())
atoms = st.text("abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=12)
around = st.sampled_from(["", " ", "\n", ", ", " (", ") ", ". ", "; "])


def people(called):
    return [Member(pk=number, name=name) for number, name in enumerate(called, 1)]


@given(st.lists(names, min_size=1, max_size=6, unique_by=str.casefold), st.data())
def test_a_whole_name_after_an_at_is_always_found_whatever_stands_around_it(called, data):
    members = people(called)
    wanted = data.draw(st.sampled_from(members))
    before = data.draw(st.sampled_from(["", " ", "\n", "(", "“", "see: "]))
    after = data.draw(st.sampled_from(["", ".", ",", "!", ")", "”", "\n"]))
    written = data.draw(st.sampled_from([wanted.name, wanted.name.upper(), wanted.name.lower()]))

    found = read(f"{before}@{written}{after}", members)

    assert [wanted.pk in {member.pk for member in mention.members} for mention in found] == [True]


@given(st.lists(names, min_size=1, max_size=6), atoms, around, around, st.data())
def test_no_mail_address_ever_names_anybody(called, local, before, after, data):
    members = people(called)
    domain = data.draw(st.sampled_from(members)).name.split()[0]
    address = f"{local}@{domain}{data.draw(st.sampled_from(['', '.example', '.com']))}"

    assert read(f"{before}{address}{after}", members) == []


@given(st.text(max_size=200), st.lists(names, max_size=6))
def test_whatever_is_typed_only_what_follows_an_at_is_a_mention(text, called):
    found = read(text, people(called))

    assert len(found) <= text.count("@")
    assert all(re.match("@.", mention.written) and mention.members for mention in found)
