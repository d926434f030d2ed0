"""How much all the words of a sentence speak for each mark, and for none.

A pattern knows a few words and why they are wrong. Whether the sentence around them is meant like that, its other words
say, each a little: learned from labelled sentences by tests/wording/learn_weights.py, and written to weights.yaml.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FINE = "fine"  # what needs no mark


@dataclass(frozen=True)
class Weights:
    """By word, or two words that follow each other: how much it speaks for which mark, below zero against it."""

    at_first: Mapping[str, float]
    words: Mapping[str, Mapping[str, float]]

    @classmethod
    def read(cls, written: Mapping[str, Mapping[str, str]]) -> "Weights":
        """`written` holds for each mark, and for what is fine, how likely it is at first, and lines of a weight with
        its words, parted by |."""
        words: dict[str, dict[str, float]] = {}
        for name, known in written.items():
            for line in known["words"].splitlines():
                weight, _, listed = line.partition(" ")
                for word in listed.split(" | "):
                    words.setdefault(word, {})[name] = float(weight)
        return cls({name: float(known["at_first"]) for name, known in written.items()}, words)

    def of(self, vocabulary: frozenset[str]) -> dict[str, float]:
        """What a sentence with this `vocabulary` weighs for each mark: about 0 is as likely as not."""
        sums = dict(self.at_first)
        for word in vocabulary & self.words.keys():
            for name, weight in self.words[word].items():
                sums[name] += weight
        return sums
