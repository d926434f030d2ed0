import yaml

from amends.wording.rules import NAMES, rules
from amends.wording.weights import FINE, Weights
from tests.wording.learn_weights import learn, written

SENTENCES = [
    {"text": text, "marks": {name: [text]} if name else {}}
    for text, name in (
        ("Your team dropped the ball.", "blame"),
        ("Your team is careless.", "blame"),
        ("It will never happen again.", "overpromise"),
        ("It will never fail again.", "overpromise"),
        ("The report is attached.", None),
        ("The fix is attached.", None),
    )
    for _ in range(4)
]


def likeliest(weights: Weights, *words: str) -> str:
    of = weights.of(frozenset(words))
    return max(of, key=of.__getitem__)


def test_what_is_learned_from_sentences_is_written_and_read():
    weights = Weights.read(yaml.safe_load(written(learn(SENTENCES))))

    assert likeliest(weights, "your", "team", "your team") == "blame"
    assert likeliest(weights, "never", "will never", "again") == "overpromise"
    assert likeliest(weights, "attached", "is attached") == FINE


def test_the_same_sentences_teach_the_same():
    assert learn(SENTENCES) == learn(SENTENCES)


def test_every_mark_is_weighed_and_what_is_fine():
    weights = rules("en").weights

    assert weights.at_first.keys() == {*NAMES, FINE}
    assert weights.of(frozenset()) == weights.at_first
