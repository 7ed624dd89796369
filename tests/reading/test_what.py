import pytest

from willing.data.reading import gazetteer, rules
from willing.reading._cues import Cues, inflect
from willing.reading._what import Reader, plain

READER = Reader(rules("stances"), rules("domains"), rules("topics"), rules("conditions"))


def meaning(words: str, holder: str = "FRA") -> tuple[str, str, str]:
    found = READER.read(words, frozenset([holder]), gazetteer().find(words), None)
    return found.stance, found.domain, found.issue


@pytest.mark.parametrize(
    ("words", "holder", "expected"),
    [
        ("we will send troops", "FRA", ("commit", "land", "participation")),
        ("we will not send troops", "FRA", ("decline", "land", "participation")),
        (
            "we will not send troops but will provide logistics",
            "POL",
            ("support_no_troops", "land", "participation"),
        ),
        (
            "we will send troops if there is a ceasefire",
            "FRA",
            ("conditional", "land", "participation"),
        ),
        (
            "we will not send troops without a UN mandate",
            "ITA",
            ("conditional", "land", "participation"),
        ),
        ("we do not rule out sending troops", "DNK", ("consider", "land", "participation")),
        ("we rejects the presence of NATO troops", "RUS", ("oppose", "land", "mission")),
        ("British troops will be legitimate targets", "RUS", ("threaten", "land", "mission")),
        (
            "it is too early to speak of sending frigates",
            "ESP",
            ("undecided", "sea", "participation"),
        ),
        ("we will lead the mission", "GBR", ("lead", "any", "participation")),
        ("the economy is growing", "FRA", ("undecided", "any", "other")),
        ("talks on a truce will continue", "FRA", ("undecided", "any", "talks")),
    ],
)
def test_stance_domain_issue(words: str, holder: str, expected: tuple[str, str, str]) -> None:
    assert meaning(words, holder) == expected


@pytest.mark.parametrize("subject", ["we", "France", "the government"])
@pytest.mark.parametrize(
    ("plus", "minus"),
    [
        ("will send soldiers", "will not send soldiers"),
        ("is ready to send soldiers", "is not ready to send soldiers"),
    ],
)
def test_negation_turns_a_promise_into_its_opposite(subject: str, plus: str, minus: str) -> None:
    assert meaning(f"{subject} {plus}")[0] == "commit"
    assert meaning(f"{subject} {minus}")[0] == "decline"


def test_whose_forces_are_meant_decides_between_declining_and_opposing() -> None:
    assert meaning("rules out sending Polish troops", "POL")[0] == "decline"
    assert meaning("rules out the presence of Polish troops", "RUS")[0] == "oppose"


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("once a ceasefire is in place", ("ceasefire",)),
        ("only under a United Nations mandate", ("un_mandate",)),
        ("if the United States provides a backstop", ("us_backstop",)),
        ("provided that both sides agree", ("parties_consent",)),
        ("after a peace agreement", ("peace_agreement",)),
        ("if asked by its partners", ()),
        ("with a ceasefire and an American backstop", ("us_backstop", "ceasefire")),
    ],
)
def test_conditions_map_to_those_of_a_case(words: str, ids: tuple[str, ...]) -> None:
    assert READER.conditions(words) == ids


def test_a_condition_is_given_by_its_words() -> None:
    text = "Sweden will take part provided that there is a clear mandate, the minister said."
    found = READER.condition(text)
    assert found is not None
    assert text[found.start : found.end].startswith("provided that there is a clear mandate")


def test_the_case_conditions_named_here_are_those_of_the_design() -> None:
    valid = {
        "ceasefire",
        "peace_agreement",
        "agreement_endorsed",
        "un_mandate",
        "host_consent",
        "parties_consent",
        "composition_accepted",
        "us_backstop",
    }
    assert {m["id"] for m in rules("conditions")["map"]} <= valid


def test_contractions_are_undone() -> None:
    assert (
        plain("We won't, can't and don't; I'm \"sure\"")
        == "we will not, can not and do not; i am sure"
    )


def test_inflection() -> None:
    assert inflect("announce") == ["announce", "announces", "announced", "announcing"]
    assert inflect("reply")[:3] == ["reply", "replies", "replied"]
    assert inflect("push")[1] == "pushes"


def test_cues_are_consistent() -> None:
    from willing.case.ladder import STANCES

    cues = Cues(rules("cues"))
    assert {"said", "announced", "according"} <= cues.forms
    every = [c for options in cues.verbs.values() for c in options]
    every += [*cues.adjectives.values(), *cues.nouns.values()]
    assert {c.lean for c in every if c.lean} <= set(STANCES)


def test_rules_name_valid_stances_and_compile_once() -> None:
    from willing.case.ladder import DOMAINS, STANCES

    assert {r["stance"] for r in rules("stances")["rules"]} == set(STANCES)
    assert set(rules("domains")) | {"any"} == set(DOMAINS)
    ids = [r["id"] for r in rules("stances")["rules"]]
    assert len(ids) == len(set(ids))


def test_long_and_odd_words_do_not_make_a_rule_hang() -> None:
    for words in (
        "not " * 400,
        "troops not " * 200,
        "will " * 300 + "send",
        "no " * 500 + "troops but",
    ):
        READER.read(words, frozenset(["FRA"]), [], None)
