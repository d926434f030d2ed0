"""The forms of the login, which are allauth’s, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as theirs

_LABELS = {
    "login": "Mail address",
    "email": "Mail address",
    "password": "Password",
    "oldpassword": "Your password now",
    "password1": "New password",
    "password2": "The same once more",
}


class _InOurWords:
    """Labels of ours; and no placeholders, which go away just when one needs them."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.help_text = "Ten characters at least." if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_InOurWords, theirs.LoginForm):
    """Who you are."""


class ForgottenForm(_InOurWords, theirs.ResetPasswordForm):
    """Where the letter goes that lets one set a new password."""


class SetForm(_InOurWords, theirs.ResetPasswordKeyForm):
    """A password, set through a link."""


class ChangeForm(_InOurWords, theirs.ChangePasswordForm):
    """A new password in place of the old one."""
