"""A form whose text goes to the customer: what is wrong in it comes back once, to be mended or sent as it is."""

from __future__ import annotations

import hashlib

from amends.escalations import texts
from amends.escalations.models import Escalation
from amends.escalations.proofreading import Proof
from amends.web.forms.base import Form


def fingerprint(text: str) -> str:
    """The same for the same words, however their lines were sent."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()[:16]


class ProofreadForm(Form):
    """`excuse` is what the button “Send it as it is” sends: it excuses these objections and no others.

    `is_final` is false where the text is only looked at.
    """

    proof = Proof()
    excuse = ""
    is_final = True

    def says_what_it_means(self, field: str, text: str, escalation: Escalation) -> None:
        """Words in braces that nothing fills are always refused."""
        for word in texts.unknown(text, escalation):
            self.add_error(field, f"{word} means nothing here; write it out.")

    def object_to(self, field: str, proof: Proof) -> None:
        """Say at `field` what the proof found, unless somebody has read just that and wants it so."""
        self.proof = proof
        key = fingerprint("\n".join(proof.objections)) if proof.objections else ""
        if key and self.data.get("as_it_is") != key:
            self.excuse = key
            for objection in proof.objections if self.is_final else ():
                self.add_error(field, objection)
