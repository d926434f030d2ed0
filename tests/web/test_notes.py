"""Notes on the case page, on a problem, and how they are read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amends.directory.actor import Role
from amends.escalations.actions import endings, notes, updates
from amends.escalations.actions.files import File
from amends.escalations.models import Attachment, Note
from amends.web.templatetags.texts import linked
from tests import make
from tests.escalations.reading import HOUR

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR


@pytest.fixture
def escalation():
    return make.escalation(problems=("Every order arrives twice",))


def client_of(member):
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def ruth(escalation):
    return client_of(escalation.handler)


def page(escalation, more=""):
    return f"/escalations/{escalation.key}/{more}"


def upload(name="orders.csv", content=b"order,count\n1,2\n"):
    return SimpleUploadedFile(name, content)


def test_the_page_takes_a_note_with_files_and_shows_both_on_the_timeline(escalation, ruth):
    sent = ruth.post(page(escalation, "notes/"), {"text": "See https://wiki.example/x.", "files": [upload()]})

    assert (sent.status_code, sent["Location"]) == (302, page(escalation, "#timeline"))
    html = ruth.get(page(escalation)).content.decode()
    file = Attachment.objects.get()
    assert "noted, for us alone" in html
    assert '<a href="https://wiki.example/x" rel="noreferrer noopener nofollow">https://wiki.example/x</a>.' in html
    assert f'href="{page(escalation)}files/{file.pk}/"' in html
    assert "orders.csv" in html
    assert "Noted, for us alone." in html


def test_files_need_no_words(escalation, ruth):
    ruth.post(page(escalation, "notes/"), {"text": " ", "files": [upload()]})

    assert not Note.objects.exists()
    assert "attached orders.csv." in ruth.get(page(escalation)).content.decode()


def test_a_file_under_another_name_or_here_already_is_said(escalation, ruth):
    ruth.post(page(escalation, "notes/"), {"files": [upload("a.txt", b"same")]})
    says = ruth.post(page(escalation, "notes/"), {"files": [upload("b", b"same")]}, follow=True).content.decode()

    assert "“b” is kept as “b.txt”, which is what it is." in says
    assert "“b.txt” is the same file as “a.txt”, which was here already." in says


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": " "}, "There is no text yet."),
        ({"text": "Kept words", "files": ("a.html", b"x")}, "files that end in .html are not taken"),
        ({"text": "Kept words", "files": ("a.txt", b"<script>alert(1)</script>")}, "is a web page"),
        ({"text": "Kept words", "files": ("a.txt", b"x" * 1_048_577)}, "is larger than 1 MB"),
    ],
)
def test_what_cannot_be_comes_back_at_its_field_with_what_was_typed(escalation, ruth, settings, sent, says):
    settings.FILE_LIMIT_MB = 1
    if "files" in sent:
        sent = sent | {"files": [upload(*sent["files"])]}

    answer = ruth.post(page(escalation, "notes/"), sent)

    assert answer.status_code == 422
    html = answer.content.decode()
    assert says in html
    assert sent["text"].strip() in html
    assert "field__error" in html
    assert not Note.objects.exists()


def test_sixty_megabytes_are_left_out_on_the_way_and_the_words_stay(escalation, ruth):
    answer = ruth.post(
        page(escalation, "notes/"), {"text": "Kept words", "files": [upload("video.mp4", b"x" * 60_000_000)]}
    )

    assert answer.status_code == 422
    html = answer.content.decode()
    assert "“video.mp4” is larger than 10 MB." in html
    assert "Choose the files again" in html
    assert "Kept words" in html


def test_a_note_can_be_written_when_it_is_over_but_not_on_unadopted_history(escalation, ruth):
    endings.withdraw(escalation, reason="A drill", by=escalation.handler.as_actor(), now=NOW)

    assert "Note for us" in ruth.get(page(escalation)).content.decode()
    assert ruth.post(page(escalation, "notes/"), {"text": "It was a drill."}).status_code == 302


def test_what_somebody_typed_stays_text(escalation, ruth):
    ruth.post(page(escalation, "notes/"), {"text": '<script>alert(1)</script> https://x.example/"onclick=alert(1)'})

    html = ruth.get(page(escalation)).content.decode()

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert 'href="https://x.example/"' in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("see https://a.example/b?c=1&d=2.", 'href="https://a.example/b?c=1&amp;d=2"'),
        ("(https://a.example/b_(c))", 'href="https://a.example/b_(c)"'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://a.example<b>", 'href="https://a.example"'),
        ("no links & none", "no links &amp; none"),
    ],
)
def test_addresses_become_links_and_nothing_else_does(text, html):
    assert html in linked(text)
    assert ("<a " in linked(text)) is ("href" in html)


def test_a_long_note_is_cut_with_the_way_to_all_of_it(escalation, ruth):
    note = notes.write(escalation, text="word " * 300, by=escalation.handler.as_actor(), now=NOW)

    assert page(escalation, f"notes/{note.pk}/") in ruth.get(page(escalation)).content.decode()
    assert ruth.get(page(escalation, f"notes/{note.pk}/")).content.decode().count("word ") > 290
    other = make.escalation(of=make.account("Moss & Co"))
    assert ruth.get(page(other, f"notes/{note.pk}/")).status_code == 404


def test_a_problem_shows_its_notes_and_files_and_takes_another(escalation, ruth):
    problem = escalation.problems.get()
    at = page(escalation, f"problems/{problem.pk}/")

    sent = ruth.post(f"{at}notes/", {"text": "Priya compares them.", "files": [upload()]})

    assert sent["Location"] == at
    html = ruth.get(at).content.decode()
    assert "Priya compares them." in html
    assert "orders.csv" in html
    assert "noted on “Every order arrives twice”" in ruth.get(page(escalation)).content.decode()
    refused = ruth.post(f"{at}notes/", {"text": ""})
    assert refused.status_code == 422
    assert "There is no text yet." in refused.content.decode()


def test_a_logged_call_takes_files_and_shows_them(escalation, ruth):
    sent = ruth.post(
        page(escalation, "log/"),
        {
            "direction": "in",
            "channel": "call",
            "text": "Spoke.",
            "at": "2026-11-19T09:30",
            "next_channel": "mail",
            "files": [upload()],
        },
    )

    assert sent.status_code == 302, sent.content.decode()
    assert Attachment.objects.get().update.text == "Spoke."
    assert "orders.csv" in ruth.get(page(escalation)).content.decode()


def test_the_timeline_shows_a_part_alone_and_says_which(escalation, ruth):
    by = escalation.handler.as_actor()
    notes.write(escalation, text="Inside word", by=by, now=NOW)
    updates.send(escalation, text="Outside word", to=[escalation.contact], by=by, now=NOW)

    def shows(part):
        html = ruth.get(page(escalation, f"?show={part}")).content.decode()
        timeline = html[html.index('<ol class="timeline"') :]
        words = {"Inside word": "inside", "Outside word": "said", "opened this escalation": "decisions"}
        return {name for word, name in words.items() if word in timeline}

    assert shows("inside") == {"inside"}
    assert shows("said") == {"said"}
    assert shows("decisions") == {"decisions"}
    assert shows("") == shows("nonsense") == {"inside", "said", "decisions"}


def test_names_are_offered_to_who_types_an_at(escalation, ruth):
    make.member("Nadja Novak", is_active=False)

    html = ruth.get("/people/names/?q=na").content.decode()

    assert "Nadia Brandt" in html
    assert "Nadja" not in html
    assert "Tom Okafor" in ruth.get("/people/names/?q=oka").content.decode()


def test_many_notes_and_files_take_no_more_queries_than_few(escalation, ruth, django_assert_max_num_queries):
    by, petra = escalation.handler.as_actor(), make.member("Petra Lang", Role.RESPONDER)

    def write(count):
        for number in range(count):
            file = File(f"{number}.txt", b"x")
            notes.write(escalation, text="@Petra Lang", files=[file], mentions=[petra], by=by, now=NOW)

    def queries():
        with django_assert_max_num_queries(200) as seen:
            assert ruth.get(page(escalation)).status_code == 200
        return len(seen)

    write(1)
    queries()
    few = queries()
    write(20)

    assert queries() <= few
