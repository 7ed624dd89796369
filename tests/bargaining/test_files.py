import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bargaining.helpers import drawn
from willing.bargaining import (
    OPTIONS,
    Negotiation,
    SmpOptions,
    read_csv,
    read_scenario,
    read_scholz,
    read_xml,
    smp,
    write_csv,
    write_xml,
)
from willing.errors import FaultsError

GOOD = """Cars,"Standards, and more",3,2,
Actor,Description,Power,Price,Sal,Speed,Sal,
A,First,10,0,50,100,50,
B,"Second, quoted",20.5,50,40,50,10,
C,,0,100,0,0,0,
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<Scenario>
  <name>Cars</name>
  <desc>Standards</desc>
  <prngSeed>0x10</prngSeed>
  <ModelParameters>
    <VotingRule>Cubic</VotingRule>
  </ModelParameters>
  <Dimensions>
    <dName>Price</dName>
  </Dimensions>
  <Actors>
    <Actor>
      <name>A</name>
      <description>First</description>
      <capability>10</capability>
      <Position>
        <dCoord>0</dCoord>
      </Position>
      <Salience>
        <dSal>50</dSal>
      </Salience>
    </Actor>
    <Actor>
      <name>B</name>
      <description></description>
      <capability>20.5</capability>
      <Position>
        <dCoord>100</dCoord>
      </Position>
      <Salience>
        <dSal>40</dSal>
      </Salience>
    </Actor>
  </Actors>
  <IdealAdjustment>
    <iaPair>
      <adjustingIdeal>A</adjustingIdeal>
      <referencePos>A</referencePos>
      <adjust>0.8</adjust>
    </iaPair>
    <iaPair>
      <adjustingIdeal>A</adjustingIdeal>
      <referencePos>B</referencePos>
      <adjust>0.1</adjust>
    </iaPair>
  </IdealAdjustment>
</Scenario>
"""


def faults(read, text: str) -> list[tuple[int, int]]:
    with pytest.raises(FaultsError) as caught:
        read(text, "x")
    for f in caught.value.faults:
        assert f.file == "x"
        assert all((f.found, f.expected))
    return [(f.line, f.column) for f in caught.value.faults]


def test_csv():
    n = read_scenario(GOOD)
    assert n.actors == ("A", "B", "C")
    assert n.dimensions == ("Price", "Speed")
    assert (n.title, n.description) == ("Cars", "Standards, and more")
    assert n.descriptions[1] == "Second, quoted"
    assert n.positions[0].tolist() == [[0, 100], [50, 50], [100, 0]]
    assert n.salience[0].tolist() == [[0.5, 0.5], [0.4, 0.1], [0, 0]]
    assert n.influence[0].tolist() == [10, 20.5, 0]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('B,"Second, quoted",20.5', 'B,"Second, quoted",much', (4, 20)),
        ("A,First,10,0,50", "A,First,10,-1,50", (3, 12)),
        ("A,First,10,0,50,100,50", "A,First,10,0,60,100,50", (3, 14)),
        ("C,,0,100,0,0,0,", "A,,0,100,0,0,0,", (5, 1)),
        ("C,,0,100,0,0,0,", "C,,0,100,0,", (5, 1)),
        ('more",3,2', 'more",4,2', (1, 28)),
        ('more",3,2', 'more",three,2', (1, 28)),
        ("Speed,Sal,", "Speed,", (2, 1)),
        ("A,First,10,0", "A,First,nan,0", (3, 9)),
        ("A,First,10,0", "A,First,1e9,0", (3, 9)),
    ],
)
def test_csv_faults_name_line_and_column(old, new, place):
    assert old in GOOD
    assert place in faults(read_csv, GOOD.replace(old, new))


def test_all_faults_at_once():
    bad = GOOD.replace("A,First,10,0", "A,First,x,y").replace("20.5,50", "z,50")
    assert faults(read_csv, bad) == [(3, 9), (3, 11), (4, 20)]


@pytest.mark.parametrize("text", ["", " \n", "only a title,\n"])
def test_too_short(text):
    assert faults(read_scenario, text)


def test_scholz_csv():
    text = "Actor,Capability,Position,Salience\nA,0.5,4,0.8\nB,1,10,1\n"
    n = read_scenario(text)
    assert n.scale.tolist() == [[4, 10]]
    assert n.positions[0, :, 0].tolist() == [4, 10]
    assert n.salience[0, :, 0].tolist() == [0.8, 1]
    assert faults(read_scholz, text.replace("0.8", "80")) == [(2, 9)]
    assert faults(read_scholz, text.replace("B,1,", "B,1,,")) == [(3, 1)]
    assert faults(read_scholz, "Actor,Capability,Position,Salience\n") == [(1, 1)]


def test_xml():
    n = read_scenario("\ufeff" + XML)
    assert n.actors == ("A", "B")
    assert n.seed == 16
    assert n.options == SmpOptions(voting="Cubic")
    assert n.accommodation.tolist() == [[0.8, 0.1], [0, 1]]
    assert n.influence[0].tolist() == [10, 20.5]
    assert np.isfinite(smp(n).positions).all()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("<VotingRule>Cubic", "<VotingRule>Cubik", (7, 5)),
        ("<VotingRule>Cubic</VotingRule>", "<VoteRule>Cubic</VoteRule>", (7, 5)),
        ("<dCoord>100</dCoord>", "<dCoord></dCoord>", (29, 9)),
        ("<dCoord>100</dCoord>", "", (28, 7)),
        ("<capability>10</capability>", "", (13, 5)),
        ("<name>B</name>", "<name>A</name>", (25, 7)),
        ("<referencePos>B", "<referencePos>C", (44, 7)),
        ("<adjust>0.1", "<adjust>0.3", (36, 3)),
        ("0x10", "zehn", (5, 3)),
        ("</Actors>", "</Actor>", (35, 5)),
    ],
)
def test_xml_faults_name_line_and_column(old, new, place):
    assert old in XML
    found = faults(read_xml, XML.replace(old, new, 1))
    assert place in found


def test_misspelt_words_get_the_nearest():
    with pytest.raises(FaultsError, match="Did you mean 'Cubic'"):
        read_xml(XML.replace("Cubic", "Cubik"))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>',
    ],
)
def test_declarations_are_refused(head):
    text = XML.replace("<Scenario>", head + "\n<Scenario>", 1)
    assert faults(read_xml, text)[0][0] == 2


def test_not_a_scenario():
    assert faults(read_xml, "<Other/>") == [(1, 1)]
    assert faults(read_xml, "<Scenario/>")


names = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
        min_size=1,
        max_size=12,
    )
    .map(lambda t: " ".join(t.split()))
    .filter(lambda t: t and '"' not in t and t.strip(' ,"') != "")
)


@settings(max_examples=50)
@given(st.lists(names, min_size=1, max_size=4, unique=True), st.integers(1, 3), st.integers(0, 99))
def test_written_scenarios_read_back(actors, dims, seed):
    rng = np.random.default_rng(seed)
    n = drawn(rng, 1, len(actors), dims)
    n = Negotiation(
        tuple(actors),
        np.round(n.positions, 3),
        np.round(n.salience, 4),
        np.round(n.influence, 3),
        n.dimensions,
        n.scale,
        n.reference,
        accommodation=None if seed % 2 else np.eye(len(actors)) * 0.5,
        options=SmpOptions(**{f: v[seed % len(v)] for f, v in OPTIONS.values()}),
        seed=seed,
        title=actors[0],
        description=actors[-1],
        descriptions=tuple(reversed(actors)),
    )
    for back in (read_xml(write_xml(n)), read_csv(write_csv(n))):
        assert back.actors == n.actors
        assert back.dimensions == n.dimensions
        assert (back.title, back.description, back.descriptions) == (
            n.title,
            n.description,
            n.descriptions,
        )
        np.testing.assert_allclose(back.positions, n.positions, rtol=1e-11)
        np.testing.assert_allclose(back.salience, n.salience, rtol=1e-11)
        np.testing.assert_array_equal(back.influence, n.influence)
    back = read_xml(write_xml(n))
    assert (back.options, back.seed) == (n.options, n.seed)
    if n.accommodation is not None:
        np.testing.assert_array_equal(back.accommodation, n.accommodation)


def test_recorded_inputs_read_back(shared_data):
    for case in ("ec", "dummyData_3Dim", "SOE_Pol_Comp"):
        path = shared_data / "bargaining" / f"ktab_smp_{case}_input.csv"
        n = read_scenario(path.read_text(encoding="utf-8"))
        for back in (read_xml(write_xml(n)), read_csv(write_csv(n))):
            np.testing.assert_array_equal(back.positions, n.positions)
            np.testing.assert_allclose(back.salience, n.salience, rtol=1e-12)
            assert back.actors == n.actors
