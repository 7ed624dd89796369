"""Whose a position is where the sentence alone does not say: office and name without a country,
`it`, a second verb, an agent, an aside. With a parser and without.
"""

from datetime import date

import pytest

from willing.reading import Document, RuleExtractor

DAY = date(2012, 11, 12)

BOTH = {
    "Mali's interim president, Jane Doe, asked the United Nations in September to "
    "authorise the force.": ["MLI"],
    "The new German government is unlikely to take a different stance on sending soldiers.\n\n"
    "The position of Russia also represents a restriction. It explicitly rejects the option of "
    "stationing soldiers of member states.": ["DEU", "RUS"],
    "The plan was rejected by the US President as a Russian attempt to win time on the force.": [
        "USA"
    ],
    "Moscow questioned the mandate that Kyiv wants and spoke out against a force of Europeans.": [
        "RUS"
    ],
}
PARSED = {
    "Uganda is ready to send soldiers, its defence minister said on Tuesday.\n\nDefence Minister "
    "Jane Doe told reporters that the battalions for the force were ready.": ["UGA", "UGA"],
    "Algeria again voiced reservations. Foreign Minister Jane Doe told reporters that a "
    "military intervention would be a mistake.": ["DZA"],
    "Mauritania has ruled out taking part.\n\nFrance will not put troops on the ground, President "
    "John Doe repeated, but it is ready to support the force with logistics if the "
    "Security Council authorises it.": ["MRT", "FRA", "FRA"],
    "The United States is sceptical: Ambassador Jane Doe called the plan for a force "
    "insufficient.": ["USA"],
}
NOBODY = [
    # another paragraph is too far, and of several none is meant more than the others
    "Algeria again voiced reservations.\n\nForeign Minister Jane Doe told reporters that an "
    "intervention with soldiers would be a mistake.",
    "Algeria and Mauritania again voiced reservations. Foreign Minister Jane Doe told "
    "reporters that an intervention with soldiers would be a mistake.",
    "Algeria again voiced reservations. Rebel leader Jane Doe told reporters that an "
    "intervention with soldiers would be a mistake.",
]


def holders(extractor: RuleExtractor, text: str) -> list[str]:
    reading = extractor.read(Document.from_text(text, published=DAY))
    return [",".join(s.actor) for s in reading.statements]


@pytest.mark.parametrize("text", BOTH)
def test_with_and_without_a_parser(
    text: str, parsed: RuleExtractor, surface: RuleExtractor
) -> None:
    assert holders(parsed, text) == BOTH[text]
    assert holders(surface, text) == BOTH[text]


@pytest.mark.parametrize("text", PARSED)
def test_with_a_parser(text: str, parsed: RuleExtractor) -> None:
    assert holders(parsed, text) == PARSED[text]


@pytest.mark.parametrize("text", NOBODY)
def test_farther_is_not_guessed(text: str, parsed: RuleExtractor) -> None:
    assert "DZA" not in holders(parsed, text)


def test_a_condition_is_no_statement_and_an_aside_no_subject(surface: RuleExtractor) -> None:
    assert holders(
        surface,
        "France is ready to support the force with logistics and intelligence if the Security "
        "Council authorises it.",
    ) == ["FRA"]
    assert holders(
        surface,
        "Kyiv and its partners, led by the UK and France, are not opposed to a force under "
        "another flag.",
    ) == ["UKR"]


def test_a_subject_before_a_conjunction_holds_what_follows(surface: RuleExtractor) -> None:
    text = "Rwanda will not send troops but has offered to train Somali police."
    assert holders(surface, text) == ["RWA"]
    text = "Ethiopia, whose forces entered Mogadishu, wants to leave the force."
    assert holders(surface, text) == ["ETH"]


def test_since_is_no_deadline(parsed: RuleExtractor) -> None:
    text = (
        "Niger agreed on Sunday to send soldiers against the groups that have ruled since spring."
    )
    (found,) = parsed.read(Document.from_text(text, published=DAY)).statements
    assert found.said_at is not None
    assert found.said_at.iso == "2012-11-11"
    assert found.due is None


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("France will not put troops on the ground, President John Doe repeated.", "participation"),
        ("Berlin is prepared to help train the army, the chancellor said.", "participation"),
        ("Ghana could add a battalion to the force, an official in Accra said.", "participation"),
        ("Norway welcomed the force.", "mission"),
        ("Moscow rejects the deployment of NATO troops.", "mission"),
        ("Mali asked the United Nations to authorise the force.", "mission"),
    ],
)
def test_own_forces_are_about_taking_part(text: str, issue: str, parsed: RuleExtractor) -> None:
    context = "The force was the subject of talks on peacekeepers for Mali. "
    reading = parsed.read(Document.from_text(context + text, published=DAY))
    assert [s.issue for s in reading.statements] == [issue]


def test_host_and_opponent_of_a_case_take_no_part(parsed: RuleExtractor) -> None:
    text = "Russia will send troops to the force. France will send troops to the force."
    reading = parsed.read(Document.from_text(text, published=DAY))
    assert [s.issue for s in reading.statements] == ["participation"] * 2
    issues = [s.issue for s in reading.with_parties({"RUS", "UKR"}).statements]
    assert issues == ["mission", "participation"]
