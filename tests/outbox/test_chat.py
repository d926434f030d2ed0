"""Talking to a chat service: one post, no redirect, no other host, and no secret in what is said about it."""

import socket
from string import Formatter

import apprise.manager_plugins
import pytest
from django.conf import settings

from amends.outbox.chat import ChatServices, body, line, masked
from amends.outbox.letters import Act, Letter
from amends.outbox.troubles import Rejected, TryLater
from tests.chatroom import opened

LETTER = Letter(
    "Overdue since Thu 16:00: the root cause",
    ("The customer is waiting.",),
    facts=(("Account", "Brightwater"),),
    acts=(Act("Accept", "http://desk.example/d/secret", is_secret=True), Act("Open ESC-1", "http://desk.example/e")),
)


@pytest.fixture
def services() -> ChatServices:
    return ChatServices(("json",), answers_within=1.0)


def test_a_letter_is_one_post_with_its_words_and_its_links(services, chatroom):
    assert services.hand_over(LETTER, url=chatroom.url)

    [post] = chatroom.posts
    assert post["title"] == "Overdue since Thu 16:00: the root cause"
    assert post["message"].splitlines() == [
        "The customer is waiting.",
        "Account: Brightwater",
        "Open ESC-1: http://desk.example/e",
    ]


def test_a_link_for_one_reader_only_is_not_posted_where_others_may_read():
    assert "secret" not in body(LETTER)


def test_nothing_is_asked_of_the_service_where_the_door_says_no(services, chatroom):
    assert not services.hand_over(LETTER, url=chatroom.url, at_the_door=lambda: False)

    assert chatroom.asked == 0


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_may_pass_is_tried_later(services, chatroom, status):
    chatroom.status = status

    with pytest.raises(TryLater, match=f"answered {status}"):
        services.hand_over(LETTER, url=chatroom.url)
    assert chatroom.asked == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_what_is_refused_stays_refused(services, chatroom, status):
    chatroom.status = status

    with pytest.raises(Rejected, match=f"answered {status}"):
        services.hand_over(LETTER, url=chatroom.url)


def test_a_redirect_is_not_followed(services, chatroom):
    with opened() as elsewhere:
        chatroom.status, chatroom.location = 307, elsewhere.url.replace("json", "http")

        with pytest.raises(Rejected, match="answered 307"):
            services.hand_over(LETTER, url=chatroom.url)

        assert elsewhere.asked == 0


def test_who_does_not_answer_is_tried_later(services, chatroom):
    chatroom.slowness = 3

    with pytest.raises(TryLater, match="did not answer"):
        services.hand_over(LETTER, url=chatroom.url)


def test_who_is_not_there_is_tried_later_and_the_secret_is_told_nobody(services, chatroom, capfd, caplog):
    url = chatroom.url
    chatroom.close()

    with pytest.raises(TryLater) as told:
        services.hand_over(LETTER, url=url)

    captured = capfd.readouterr()
    assert "secret-token" not in f"{told.value}{captured.out}{captured.err}{caplog.text}"


@pytest.mark.parametrize(
    "url",
    [
        "xml://127.0.0.1/x",
        "jsons://127.0.0.1/x",
        "http://127.0.0.1/x",
        "file:///etc/passwd",
        "JSON://127.0.0.1/x",
        "json://127.0.0.1/x?redirect=yes",
        "json://127.0.0.1/x?template=/etc/passwd",
        "nonsense",
    ],
)
def test_another_service_than_those_allowed_is_not_asked(services, url):
    with pytest.raises(Rejected, match="not allowed"):
        services.hand_over(LETTER, url=url)


def test_an_address_that_was_taken_away_is_refused(services):
    with pytest.raises(Rejected, match="no chat address any more"):
        services.hand_over(LETTER, url="")


def test_an_address_that_cannot_be_read_is_refused():
    with pytest.raises(Rejected, match="cannot be read"):
        ChatServices(("slack",)).hand_over(LETTER, url="slack://x")


@pytest.mark.parametrize("call", ["@everyone", "@here", "@channel", "<!channel>", "<!here>", "@All"])
def test_nothing_that_somebody_typed_calls_everybody(call):
    letter = Letter(f"News {call}", (f"Hello {call}!",))

    assert call not in line(letter.subject)
    assert call not in body(letter)


def test_a_long_letter_is_cut_and_keeps_its_links():
    letter = Letter("News", ("word " * 1000,), acts=tuple(Act(f"Line {n}", f"http://x/{n}") for n in range(14)))

    said = body(letter).splitlines()

    assert len(said[0]) <= 1501
    assert said[1] == "Line 0: http://x/0"
    assert said[-1] == "And 4 more."


@pytest.mark.parametrize(
    ("url", "shown"), [("slack://a/b/c", "slack://…"), ("json://user:password@host/x", "json://…"), ("", "")]
)
def test_only_the_service_of_an_address_is_shown(url, shown):
    assert masked(url) == shown


INSIDE = ("127.0.0.1", "169.254.169.254", "localhost", "10.0.0.1:8080", "u:p@10.0.0.1", "0x7f000001")


@pytest.mark.parametrize("scheme", settings.CHAT_SCHEMES)
def test_a_service_that_is_allowed_unless_said_otherwise_stands_at_one_address(scheme):
    plugin = apprise.manager_plugins.NotificationManager()[scheme]

    named = {part for template in plugin.templates for _, part, _, _ in Formatter().parse(template) if part}

    assert named and not named & {"host", "port", "hostname", "url", "domain", "endpoint"}


@pytest.mark.parametrize(("scheme", "stands_at"), [("discord", "discord.com"), ("gchat", "chat.googleapis.com")])
def test_whatever_stands_in_an_address_only_the_service_itself_is_looked_for(scheme, stands_at, monkeypatch):
    sought = set()

    def nowhere(host, *_, **__):
        sought.add(host if isinstance(host, str) else host.decode())
        raise socket.gaierror("There is no name server in this test.")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    services = ChatServices(settings.CHAT_SCHEMES, answers_within=1.0)

    for host in INSIDE:
        with pytest.raises((Rejected, TryLater)):
            services.hand_over(LETTER, url=f"{scheme}://{host}/A1B2C3D4E/abcdefghijklmnopqrstuvwx")

    assert sought == {stands_at}
