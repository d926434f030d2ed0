"""What an operator wrote in the environment."""

import pytest

from amends.cli.surroundings import mistakes

RIGHT = {
    "AMENDS_URL": ["https://desk.example.org", "http://127.0.0.1:8000", "http://[::1]:8000"],
    "AMENDS_SMTP_URL": ["smtp://localhost", "smtps://me:pass%40word@mail.example.org:465", "smtp://h:587?tls=starttls"],
    "AMENDS_MAIL_PER_MINUTE": ["0", "120", ""],
    "AMENDS_RECALL_SECONDS": ["0", "10", "60", ""],
    "AMENDS_FILE_LIMIT_MB": ["1", "10", "50", ""],
    "AMENDS_MAIL_LIMIT_MB": ["1", "40", "200", ""],
    "AMENDS_IMAP_URL": ["imaps://me:pass%40word@mail.example.org/Desk", "imap://me@h:1143?tls=no"],
    "AMENDS_INBOUND_SECRET": ["4f1c0a6e93b27d58e1a4c7f0b2d9e8a1"],
    "AMENDS_MAIL_FROM": ["desk@example.org"],
    "AMENDS_CHAT_SCHEMES": ["slack", "slack, discord", "none", "Json"],
    "AMENDS_HEARTBEAT_URL": ["https://beat.example.org/abc"],
    "AMENDS_LOG": ["DEBUG", "WARNING"],
    "DATABASE_URL": ["postgresql://me:secret@db/amends", "postgres://db/amends", "sqlite:////srv/amends.sqlite3"],
}
WRONG = {
    "AMENDS_URL": ["desk.example.org", "ftp://desk.example.org", "https://", "http://desk:port"],
    "AMENDS_SMTP_URL": ["localhost", "http://localhost", "smtp://", "smtp://host:99999"],
    "AMENDS_MAIL_PER_MINUTE": ["many", "-1", "1.5"],
    "AMENDS_RECALL_SECONDS": ["61", "-1", "soon", "1.5"],
    "AMENDS_FILE_LIMIT_MB": ["0", "51", "-1", "ten", "1.5"],
    "AMENDS_MAIL_LIMIT_MB": ["0", "201", "ten"],
    "AMENDS_IMAP_URL": ["mail.example.org", "imaps://mail.example.org", "imap://h/INBOX"],
    "AMENDS_MAIL_FROM": ["desk", "@"],
    "AMENDS_CHAT_SCHEMES": ["slack://", "slack;discord", ","],
    "AMENDS_HEARTBEAT_URL": ["file:///etc/passwd", "beat"],
    "AMENDS_LOG": ["loud"],
    "DATABASE_URL": ["mysql://db/amends", "postgresql://db", "amends.sqlite3"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT.items() for value in values])
def test_what_can_be_meant_is_taken(name, value):
    assert mistakes({name: value}) == []


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_what_cannot_be_meant_is_named_with_its_variable(name, value):
    (sentence,) = mistakes({name: value})

    assert sentence.startswith(f"{name} is “{value}”. Write ")


def test_a_secret_is_not_repeated_even_where_it_is_wrong():
    (sentence,) = mistakes({"AMENDS_INBOUND_SECRET": "too-short"})

    assert sentence.startswith("AMENDS_INBOUND_SECRET is not right. Write ")


def test_every_mistake_is_said():
    assert len(mistakes({"AMENDS_URL": "x", "AMENDS_LOG": "loud", "AMENDS_HOSTS": "anything"})) == 2


def test_a_password_in_an_address_is_not_repeated():
    (sentence,) = mistakes({"DATABASE_URL": "mysql://me:s3cret@db/amends"})

    assert "s3cret" not in sentence
    assert "@db/amends" in sentence
