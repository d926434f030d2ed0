import datetime as dt

import pytest
from django import forms
from django.template import Context, Template
from django.urls import path

from amends.web.views.assets import serve

urlpatterns = [path("assets/<str:edition>/<path:name>", serve, name="asset")]
pytestmark = pytest.mark.urls(__name__)

NOW = dt.datetime(2026, 11, 19, 13, 50, tzinfo=dt.UTC)
TONIGHT = dt.datetime(2026, 11, 19, 16, 0, tzinfo=dt.UTC)


def drawn(markup, **context):
    return Template("{% load signs words %}" + markup).render(
        Context({"now": NOW, "reader_zone": "Europe/Berlin", **context})
    )


def test_a_time_is_for_the_reader_and_for_machines():
    html = drawn("{% local at %}", at=TONIGHT)

    assert html == '<time datetime="2026-11-19T16:00:00Z" title="Thu 19 Nov, 17:00">17:00</time>'


def test_a_time_of_theirs_does_not_take_the_readers_zone():
    html = drawn("{% their_clock at zone %} {% local at %}", at=TONIGHT, zone="Europe/Lisbon")

    assert ">16:00 in Lisbon<" in html
    assert ">17:00<" in html


@pytest.mark.parametrize(
    ("due_at", "is_loud", "says"),
    [(TONIGHT, False, "in 2 h 10 min"), (NOW - dt.timedelta(minutes=50), True, "50 min overdue")],
)
def test_what_is_overdue_is_loud(due_at, is_loud, says):
    html = drawn("{% left at %}", at=due_at)

    assert ("left--overdue" in html) == is_loud
    assert f'data-relative="due">{says}</time>' in html


@pytest.mark.parametrize("track", ["on track", "at_risk", "off track"])
def test_a_state_is_a_shape_and_a_word_besides_its_colour(track):
    html = drawn("{% health track %}", track=track)

    assert "<use " in html
    assert track.replace("_", " ").capitalize() in html


@pytest.mark.parametrize(("day", "tone"), [(9, ""), (25, ""), (26, "late"), (30, "late"), (31, "over")])
def test_the_days_turn_amber_and_then_red(day, tone):
    html = drawn("{% days day 30 %}", day=day)

    assert ("days--" in html) == bool(tone)
    assert f"days--{tone}" in html or not tone
    assert f'<rect width="{min(day, 30)}"' in html


def test_over_eight_problems_the_pips_become_words():
    assert drawn("{% pips 2 5 %}").count("<i") == 5
    assert drawn("{% pips 11 14 %}").count("<i") == 0


def test_a_fuse_never_burns_beyond_its_end():
    late = drawn("{% fuse made due %}", made=NOW - dt.timedelta(hours=2), due=NOW - dt.timedelta(hours=1))
    half = drawn("{% fuse made due %}", made=NOW - dt.timedelta(hours=1), due=NOW + dt.timedelta(hours=1))

    assert '<rect width="100.0"' in late
    assert '<rect width="50.0"' in half


def test_names_are_escaped_wherever_they_stand():
    html = drawn('{% person name name side="theirs" %}{% icon "mail" name %}', name="<b>Eve</b>")

    assert "<b>" not in html


def test_nothing_that_is_drawn_carries_a_style_or_a_handler():
    html = drawn('{% days 3 30 %}{% ruler 3 30 %}{% severity 4 "Critical" %}{% state "bad" "Off" shape="chip" %}')

    assert "style=" not in html
    assert " on" not in html.replace('class="on"', "")


class Heard(forms.Form):
    reason = forms.CharField(label="What has happened", help_text="In a sentence")
    mood = forms.ChoiceField(widget=forms.RadioSelect, choices=[("calm", "Calm"), ("upset", "Upset")])


def test_a_field_says_what_is_wrong_where_it_is_wrong():
    html = drawn("{% field form.reason theirs=True %}", form=Heard({"reason": ""}))

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_reason-error id_reason-hint"' in html
    assert 'id="id_reason-error"' in html
    assert 'class="input input--theirs"' in html


def test_radios_are_a_row_of_words_under_one_legend():
    html = drawn("{% field form.mood %}", form=Heard())

    assert "<legend>Mood</legend>" in html
    assert html.count('type="radio"') == 2
