"""How one is reached: the form of one's own preferences."""

from __future__ import annotations

from typing import Any

from django import forms

from amends.directory.models import Preference
from amends.outbox.chat import masked
from amends.web.forms.base import Form

Channels = Preference.Channels


def _time(label: str, **kwargs: Any) -> forms.TimeField:
    """The browser's own way to choose a time of day."""
    widget = forms.TimeInput(attrs={"type": "time", "class": "input--short"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **kwargs)


class ReachForm(Form):
    """By which way, when not, and what in the morning."""

    alarms_by = forms.ChoiceField(label="Alarms", choices=Channels.choices, widget=forms.RadioSelect)
    notices_by = forms.ChoiceField(label="Notices", choices=Channels.choices, widget=forms.RadioSelect)
    chat_url = forms.CharField(
        label="Chat address",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    forgets_chat = forms.BooleanField(label="Forget it", required=False)
    quiet_from = _time("From", required=False)
    quiet_until = _time("Until", required=False)
    wants_digest = forms.BooleanField(
        label="A digest each working morning",
        required=False,
        help_text="What you owe today, what waits for you, what changed. No mail when there is nothing to say.",
    )
    wants_weekly = forms.BooleanField(
        label="The overview, each week",
        required=False,
        help_text="Who is escalated, what is at stake, what help is needed; on the first working morning.",
    )
    digest_at = _time("At what time", help_text="On your clock, up to 11:00.")

    @classmethod
    def of(cls, preference: Preference, data: Any = None) -> ReachForm:
        """Filled with what is chosen; of the chat address only which service it is."""
        plain = {name for name in cls.base_fields if name not in ("chat_url", "forgets_chat")}
        form = cls(data, initial={name: getattr(preference, name) for name in plain})
        says = "As Apprise writes it, such as slack://token-a/token-b/token-c."
        if preference.chat_url:
            says = f"One is kept ({masked(preference.chat_url)}). Type another to replace it."
        else:
            del form.fields["forgets_chat"]
        form.fields["chat_url"].help_text = says
        return form

    def changes(self) -> dict[str, Any]:
        """What the act takes. A chat address that was not typed stays as it is."""
        typed = dict(self.cleaned_data)
        forgets = typed.pop("forgets_chat", False)
        if not typed["chat_url"] and not forgets:
            del typed["chat_url"]
        return typed
