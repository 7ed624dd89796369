"""The picture of the routes."""

import vl_convert

from willing.briefing.charts.routes import routes

from .test_routes import ROUTES, analysed


def result():
    rows = []
    for route in analysed(
        {**ROUTES, "ways": "vote(union) or (host_consent and ceasefire)"}
    ).values():
        p_open = [{"date": "2025-04-05", "p": 0.0}, {"date": "2026-04-05", "p": route.probability}]
        rows.append({**route.as_dict(), "p_open": p_open})
    held = [{"date": "2025-04-05", "p": 0.0}, {"date": "2026-04-05", "p": 0.37}]
    return {"routes": rows, "conditions": [{"id": "ceasefire", "label": "Guns silent", "p": held}]}


def texts(chart):
    for rows in chart.to_dict()["datasets"].values():
        yield from (row["text"] for row in rows if "text" in row)


def test_every_gate_is_drawn_with_its_state_in_words():
    said = " | ".join(texts(routes(result(), {"RUS": "Russia", "HUN": "Hungary"})))
    for expected in ("Route security_council", "\u2715 shut", "may refuse: Russia", "Hungary"):
        assert expected in said.replace("\n", " ")
    assert "Guns silent" in said
    assert "or" in said.split(" | ")
    assert "open by 5 April 2026" in said.replace("\n", " ")


def gate(label="Host consents", state="open", p=0.9):
    return {
        "kind": "consent",
        "label": label,
        "detail": "",
        "p": p,
        "state": state,
        "stopped_by": [],
        "crowd": 0,
    }


def one_route(gates, fact_sets):
    row = {"label": "R", "ways": [{"gates": gates}], "fact_sets": fact_sets, "p_open": []}
    return routes({**result(), "routes": [row]})


def test_what_nobody_commands_is_a_gate_of_its_own():
    said = list(texts(one_route([gate()], [["ceasefire", "not coup"]])))
    assert "Guns silent" in said
    assert "holds then: 37%" in said
    assert "shut again if: coup" in said
    either = list(texts(one_route([gate()], [["ceasefire"], ["peace"]])))
    assert "Guns silent or peace" in either
    # A fact that is a gate already is not drawn twice.
    named = list(texts(one_route([gate("Guns silent", "fact", None)], [["ceasefire"]])))
    assert named.count("Guns silent") == 1


def test_many_gates_go_on_in_the_next_line():
    chart = one_route([gate(f"G{k}") for k in range(6)], [])
    tiles = [
        row for rows in chart.to_dict()["datasets"].values() for row in rows if "ground" in row
    ]
    assert len(tiles) == 6
    assert len({t["y"] for t in tiles}) == 2
    assert max(t["x"] for t in tiles) < 4.5
    places = {(t["x"], t["y"]) for t in tiles}
    assert len(places) == 6


def test_it_renders():
    svg = vl_convert.vegalite_to_svg(routes(result()).to_dict())
    assert svg.startswith("<svg")
    assert "Security Council" in svg


def test_without_a_forecast_there_is_no_bar():
    bare = {"routes": [{**r, "p_open": []} for r in result()["routes"]]}
    said = " ".join(texts(routes(bare)))
    assert "open by" not in said.replace("\n", " ")


def test_chances_never_round_to_certainty():
    from willing.briefing.charts.routes import _percent

    assert _percent(0.0001) == "<1%"
    assert _percent(0.9999) == ">99%"
    assert _percent(0.5) == "50%"
    assert _percent(0.0) == "0%"
    assert _percent(1.0) == "100%"
