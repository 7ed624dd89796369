from datetime import date

import pytest

from willing.data.reading import gazetteer
from willing.reading import Document, Holding, Name, RuleExtractor, default_extractor

G = gazetteer()


def holders(
    text: str, extractor: RuleExtractor, day: date | None = date(2025, 3, 20)
) -> list[tuple[str, ...]]:
    return [s.actor for s in extractor.read(Document.from_text(text, published=day)).statements]


def test_office_holders_are_dated() -> None:
    assert G.holder("Mark Rutte", date(2023, 1, 1)).actor == "NLD"  # type: ignore[union-attr]
    assert G.holder("Mark Rutte", date(2025, 1, 1)).actor == "NATO"  # type: ignore[union-attr]
    assert G.holder("Kaja Kallas", date(2024, 1, 1)).actor == "EST"  # type: ignore[union-attr]
    assert G.holder("Kaja Kallas", date(2025, 1, 1)).actor == "EU"  # type: ignore[union-attr]
    assert G.holder("Donald Trump", date(2024, 12, 1)) is None


def test_the_table_ends_where_the_case_does_and_names_its_sources() -> None:
    for row in G.holdings:
        for day in (row.since, row.until):
            assert day <= "2025-04-05"
        if row.since and row.until:
            assert row.since <= row.until
        assert row.source.startswith("http") or row.source == "unverified general knowledge"
        assert (row.confidence == "low") == (row.source == "unverified general knowledge")


def test_no_office_is_held_by_two_at_once() -> None:
    roles = {"head_of_government", "foreign_minister", "defence_minister", "un_ambassador"}
    rows = [r for r in G.holdings if r.role in roles and len(r.since) == 10]
    for one in rows:
        for two in rows:
            if one is two or (one.actor, one.role) != (two.actor, two.role):
                continue
            overlap = max(one.since, two.since) < min(one.until or "9999", two.until or "9999")
            assert not overlap, (one, two)


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Turkey's Erdogan and Türkiye's Erdoğan", ["TUR"] * 4),
        ("Moscow, Kyiv and the Kremlin", ["RUS", "UKR", "RUS"]),
        ("Downing Street told us nothing", ["GBR"]),
        ("US-Russian talks", ["USA", "RUS"]),
        ("let us go", []),
        ('the "coalition of the willing"', ["COW"]),
        ("the Security Council and NATO", ["UN", "NATO"]),
    ],
)
def test_names(text: str, actors: list[str]) -> None:
    assert [a for f in G.find(text) for a in f.actors or (G.holder(f.label, None).actor,)] == actors  # type: ignore[union-attr]


def test_a_capital_after_in_is_a_place() -> None:
    (found,) = G.find("They met in Paris.")
    assert found.place


def test_a_user_adds_names_and_office_holders() -> None:
    own = G.with_names(
        [Name("Arnor", "name", ("ARN",))], [Holding("Jan Nowak", ("Nowak",), "minister", "", "POL")]
    )
    assert own.find("Arnor")[0].actors == ("ARN",)
    assert own.holder("Jan Nowak", None).actor == "POL"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Donald Tusk, the Prime Minister of Poland, one of Ukraine's closest allies, said no.",
            [("POL",)],
        ),
        ("British and French officials said the force was taking shape.", [("FRA", "GBR")]),
        (
            "The foreign ministers of Germany, Poland and France said the force would come.",
            [("DEU", "FRA", "POL")],
        ),
        ("Macron and Starmer said the mission would be ready in May.", [("FRA", "GBR")]),
        ("Estonian lawmaker Marko Mihkelson said troops would follow.", [("EST",)]),
        ("According to the ministry in Berlin, soldiers could follow.", [("DEU",)]),
        (
            "Lavrov said the troops would be targets, and his ambassador in London said the same.",
            [("RUS",), ("RUS",)],
        ),
        ("The Baltic states said they would send troops.", [("EST", "LTU", "LVA")]),
        ("An analyst at a London think tank said troops would come.", []),
        ("Former British prime minister Boris Johnson said troops should be sent.", []),
    ],
)
def test_holders(text: str, expected: list[tuple[str, ...]], parsed: RuleExtractor) -> None:
    assert holders(text, parsed) == expected


def test_pronouns_follow_the_last_speaker(parsed: RuleExtractor) -> None:
    text = (
        "Giorgia Meloni met Emmanuel Macron.\n\n"
        "Meloni said no troops would go. She added that Rome would help."
    )
    assert holders(text, parsed) == [("ITA",), ("ITA",)]


def test_inheritance_does_not_overrule_the_table(parsed: RuleExtractor) -> None:
    text = "Putin said the troops were a threat.\n\nTrump said that peacekeepers were welcome."
    assert holders(text, parsed) == [("RUS",), ("USA",)]


def test_an_unknown_speaker_stays_unresolved(parsed: RuleExtractor) -> None:
    reading = parsed.read(Document.from_text("Qwerty Asdfgh said he would send troops to Ukraine."))
    assert [s.actor for s in reading.statements] == [()]
    assert reading.statements[0].via == "none"


def test_the_date_decides_whose_words_they_are(parsed: RuleExtractor) -> None:
    text = "Mark Rutte said that the mission needed a clear mandate."
    assert holders(text, parsed, date(2023, 5, 1)) == [("NLD",)]
    assert holders(text, parsed, date(2025, 3, 1)) == [("NATO",)]


def test_an_unknown_model_is_a_clear_error() -> None:
    from willing.errors import WillingError

    with pytest.raises(WillingError, match="no_such_model"):
        default_extractor("no_such_model")
