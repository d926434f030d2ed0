"""Learns weights.yaml from the labelled sentences (`python -m tests.wording.learn_weights`); the same ones each time.

One logistic regression for each mark and one for what is fine, over the words of a sentence and every two that follow
each other, without signs; from each sentence once whole, and once for each mark from the words around those that it
stands on, which is all that is weighed later. What is held out is never read. Some ten seconds.
"""

import json
import random
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import exp
from pathlib import Path

from amends.wording import rules
from amends.wording.clauses import Clauses
from amends.wording.reading import Sentence, sentences
from amends.wording.weights import FINE

HERE = Path(__file__).parent
SETS = ("", "_again", "_third", "_fourth", "_fifth", "_sixth")
LEARNED_FROM = [HERE / f"labelled{which}.jsonl" for which in SETS]
ROUNDS, STEP, FORGETS = 12, 0.1, 2e-3
LEAST_OFTEN, LEAST_WEIGHT = 2, 0.2  # what is rarer, or weighs less, is not kept
HEAD = """\
# How much a word, or two that follow each other, speaks for a mark or against it; “fine” is no mark at all. Nobody
# wrote this: tests/wording/learn_weights.py learned it from the labelled sentences. To change it, label more and run
# that again.
"""


def rows(files: Iterable[Path] = LEARNED_FROM) -> list[dict]:
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def learn(labelled: list[dict]) -> dict[str, dict]:
    """Of each mark how likely it is at first, and what its words weigh."""
    names = [*rules.NAMES, FINE]
    examples = [list(_examples(row, rules.rules("en"))) for row in labelled]
    often = Counter(word for (words, _), *_ in examples for word in words)
    known = [
        (sorted(word for word in words if often[word] >= LEAST_OFTEN), marked)
        for of_row in examples
        for words, marked in of_row
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


def _examples(row: dict, known: rules.Rules) -> Iterator[tuple[set[str], set[str]]]:
    """Words, and what they are marked with; first those of the whole."""
    read = list(sentences(row["text"], known.spellings))
    yield _words(read), set(row["marks"]) or {FINE}
    if not row["marks"]:
        yield _words(read), {FINE}
    for name, listed in row["marks"].items():
        for said in listed:
            start = row["text"].index(said)
            yield _words(_near(start, start + len(said), read, known)), {name}


def _near(start: int, end: int, read: list[Sentence], known: rules.Rules) -> Iterator[Sentence]:
    """What stands around the words between these places, in their clauses."""
    for sentence in read:
        numbers = [number for number, word in enumerate(sentence.words) if word.start < end and start < word.end]
        if numbers:
            clauses = Clauses(sentence, known.joints)
            yield clauses.piece(clauses.near(numbers[0], numbers[-1]))


def _words(said: Iterable[Sentence]) -> set[str]:
    words = set().union(*(each.vocabulary for each in said))
    return {word for word in words if not any(map(_is_no_word, word.split()))}


def _is_no_word(said: str) -> bool:
    """Signs are none: where a clause ends with one, it would weigh for what stands beside it."""
    return not (said[0].isalpha() or said[0] in "'#") or any(sign.isdigit() or sign in "|_" for sign in said)


if __name__ == "__main__":
    file = Path(rules.__file__).parent / "english" / "weights.yaml"
    file.write_text(written(learn(rows())), encoding="utf-8")
