"""Learns weights.yaml from the labelled sentences (`python -m tests.wording.learn_weights`); the same ones each time.

One logistic regression for each mark and one for what is fine, over the words of a sentence and every two that follow
each other, without signs. What is held out is never read. A few seconds.
"""

import json
import random
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable
from math import exp
from pathlib import Path

from amends.wording import rules
from amends.wording.reading import sentences
from amends.wording.weights import FINE

HERE = Path(__file__).parent
LEARNED_FROM = [HERE / name for name in ("labelled.jsonl", "labelled_again.jsonl", "labelled_third.jsonl")]
ROUNDS, STEP, FORGETS = 12, 0.1, 1e-4
LEAST_OFTEN, LEAST_WEIGHT = 2, 0.3  # what is rarer, or weighs less, is not kept
HEAD = """\
# How much a word, or two that follow each other, speaks for a mark or against it; “fine” is no mark at all. Nobody
# wrote this: tests/wording/learn_weights.py learned it from the labelled sentences. To change it, label more and run
# that again.
"""


def rows(files: Iterable[Path] = LEARNED_FROM) -> list[dict]:
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def learn(labelled: list[dict]) -> dict[str, dict]:
    """Of each mark how likely it is at first, and what its words weigh."""
    names = [*rules.READ, FINE]
    spellings = rules.rules("en").spellings
    texts = [_words(row["text"], spellings) for row in labelled]
    often = Counter(word for words in texts for word in words)
    known = [
        (sorted(word for word in words if often[word] >= LEAST_OFTEN), set(row["marks"]) or {FINE})
        for words, row in zip(texts, labelled, strict=True)
    ]
    at_first = dict.fromkeys(names, 0.0)
    weights: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(names, 0.0))
    order = random.Random(0)
    for each_round in range(ROUNDS):
        order.shuffle(known)
        step = STEP / (1 + 0.3 * each_round)
        for words, marked in known:
            of_words = [weights[word] for word in words]
            for name in names:
                sum_of = at_first[name] + sum(each[name] for each in of_words)
                change = ((name in marked) - 1 / (1 + exp(-max(-30.0, min(30.0, sum_of))))) * step
                at_first[name] += 0.3 * change
                for each in of_words:
                    each[name] += change - FORGETS * each[name]
    return {
        name: {
            "at_first": round(at_first[name], 1),
            "words": {word: round(of[name], 1) for word, of in weights.items() if abs(of[name]) >= LEAST_WEIGHT},
        }
        for name in names
    }


def written(learned: dict[str, dict]) -> str:
    lines = [HEAD]
    for name, known in learned.items():
        lines += [f"{name}:", f"  at_first: {known['at_first']}", "  words: |"]
        by_weight = defaultdict(list)
        for word, weight in known["words"].items():
            by_weight[weight].append(word.replace(" ", "_"))
        for weight in sorted(by_weight, reverse=True):
            listed = " ".join(f"{word}--" for word in sorted(by_weight[weight]))
            for line in textwrap.wrap(listed, 110, break_long_words=False, break_on_hyphens=False):
                words = " | ".join(word.removesuffix("--").replace("_", " ") for word in line.split())
                lines.append(f"    {weight} {words}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _words(text: str, spellings: dict[str, str]) -> set[str]:
    said = set().union(*(sentence.vocabulary for sentence in sentences(text, spellings)))
    return {word for word in said if not any(map(_is_no_word, word.split()))}


def _is_no_word(said: str) -> bool:
    """Signs are none: where a clause ends with one, it would weigh for what stands beside it."""
    return not (said[0].isalpha() or said[0] in "'#") or any(sign.isdigit() or sign in "|_" for sign in said)


if __name__ == "__main__":
    file = Path(rules.__file__).parent / "english" / "weights.yaml"
    file.write_text(written(learn(rows())), encoding="utf-8")
