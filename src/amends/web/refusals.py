"""A no of the domain, shown at the field that it is about."""

from django.forms import BaseForm

from amends.lib.errors import Refused


def show(refused: Refused, form: BaseForm) -> None:
    """Put the sentence at its field, or above the form where it has none there. What was typed stays."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.sentence)
