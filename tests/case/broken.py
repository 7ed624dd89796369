"""The table of broken cases: one change to a sound folder, and the one fault it must give."""
# ruff: noqa: E501 (a table reads better with one case in few lines)

from __future__ import annotations

from dataclasses import dataclass

YAML, ACTORS, STATEMENTS, PLEDGES = "case.yaml", "actors.csv", "statements.csv", "pledges.csv"
CALENDAR, QUESTIONS, RESOLUTIONS = "calendar.csv", "questions.csv", "resolutions.csv"


@dataclass(frozen=True)
class Broken:
    """One change to a sound folder, and the one fault it must give.

    `at` is the text (in the changed file) at which the fault must be placed; `shift` moves the
    place within it.
    """

    name: str
    file: str
    old: str
    new: str
    at: str
    found: str
    expected: str
    suggestion: str | None = None
    shift: int = 0


POLAND = "POL,Poland,state,lead"
ONE = "EX-1,2025-04-05,,FRA,,,author,assumed,,participation,,consider,any,,,forecast,F,6,"

# fmt: off
BROKEN = [
    # --- values
    Broken(
        "an access rule that does not exist", YAML, "  casualty_risk: med",
        "  access: [strait_war]\n  casualty_risk: med", "strait_war",
        "'strait_war'", "the id of a shipped access rule, or a sentence", "straits_war",
    ),
    Broken(
        "a date that does not exist", YAML, "as_of: 2025-04-05", "as_of: 2025-02-30",
        "2025-02-30", "'2025-02-30'", "a day that exists",
    ),
    Broken(
        "a date in another order", YAML, "as_of: 2025-04-05", "as_of: 05.04.2025",
        "05.04.2025", "'05.04.2025'", "a date as YYYY-MM-DD",
    ),
    Broken(
        "a number for a date", YAML, "as_of: 2025-04-05", "as_of: 20250405",
        "20250405", "the number 20250405", "a date as YYYY-MM-DD",
    ),
    Broken(
        "a number for words", YAML, 'title: "A small case"', "title: 2014",
        "2014", "the number 2014", "text", '"2014"',
    ),
    Broken(
        "NaN", YAML, "begin: {low: 0.02,", "begin: {low: .nan,", ".nan", "the number nan", "a finite number"
    ),
    Broken(
        "infinity", YAML, "high: 0.12,", "high: .inf,", ".inf", "the number inf", "a finite number"
    ),
    Broken(
        "a negative rate", YAML, "begin: {low: 0.02,", "begin: {low: -1,", "-1", "the number -1", "at least 0"
    ),
    Broken(
        "a probability above one", YAML, "high: 1, reason: EXAMPLE. Replace by the gov", "high: 7, reason: EXAMPLE. Replace by the gov",
        "7, reason: EXAMPLE. Replace by the gov", "the number 7", "at most 1",
    ),
    Broken(
        "a range in the wrong order", YAML, "begin: {low: 0.02,", "begin: {low: 0.9,",
        "0.9,", "0.9, 0.05, 0.12", "low <= likely <= high",
    ),
    Broken(
        "an assumption without a reason", YAML,
        "begin: {low: 0.02, likely: 0.05, high: 0.12, per: month, reason: EXAMPLE. No figure yet; wide on purpose.}",
        "begin: {low: 0.02, likely: 0.05, high: 0.12, per: month}",
        "{low: 0.02, likely: 0.05, high: 0.12, per: month}", "fields with values", "a reason, because the basis is 'assumption'",
    ),
    Broken(
        "a truth value for a number", YAML, "begin: {low: 0.02,", "begin: {low: false,",
        "false,", "false", "a number",
    ),
    Broken(
        "half a week", YAML, "settle_weeks: 2", "settle_weeks: 2.5", "2.5", "the number 2.5", "a whole number"
    ),
    Broken(
        "an unknown word of a few", YAML, "casualty_risk: med ", "casualty_risk: medium ",
        "medium", "'medium'", "one of low, med, high", "med",
    ),
    Broken(
        "an unknown rung", YAML, "at_least: conditional\n  spread", "at_least: conditionally\n  spread",
        "conditionally", "'conditionally'", "one of threaten, oppose", "conditional",
    ),
    Broken(
        "an unknown kind of condition", YAML, "    kind: derived\n    label: The Security Council mandates",
        "    kind: deriver\n    label: The Security Council mandates",
        "deriver", "'deriver'", "one of event, consent, derived", "derived",
    ),
    Broken(
        "an id that is none", YAML, "  - id: hostilities_resume", "  - id: Hostilities-Resume",
        "Hostilities-Resume", "'Hostilities-Resume'", "an id of lower-case letters",
    ),
    # --- fields
    Broken(
        "a field misspelt", YAML, "    settle_weeks: 2", "    settle_week: 2",
        "settle_week:", "the field 'settle_week'", "one of kind, id, label", "settle_weeks",
    ),
    Broken(
        "an unknown section", YAML, "levers:", "lever:",
        "lever:", "the field 'lever'", "one of schema_version", "levers",
    ),
    Broken(
        "a missing question", YAML, "question: Will the mission be in theatre, by when, and what holds it up?",
        "# no question", "id: small", "no 'question'", "the field 'question'",
    ),
    Broken(
        "a missing field", YAML, "    label: General ceasefire on land, sea and air, accepted by both parties, in force for 14 days\n", "",
        "id: ceasefire ", "no 'label'", "the field 'label'",
    ),
    Broken(
        "a list where fields are due", YAML, "  host: UKR\n  opposing: [RUS]\n  leading: [FRA, POL]", "  - UKR",
        "- UKR", "a list of 1", "fields with values",
    ),
    Broken(
        "a word where a list is due", YAML, "opposing: [RUS]", "opposing: RUS",
        "RUS\n  leading", "'RUS'", "a list",
    ),
    # --- YAML itself
    Broken("YAML that breaks off", YAML, "issues:\n", "issues: [\n", "- {id: participation", "YAML that cannot be parsed", "valid YAML"),
    Broken("a tab", YAML, "  host: UKR", "\thost: UKR", "\thost: UKR", "YAML that cannot be parsed", "valid YAML"),
    Broken(
        "a field twice", YAML, "as_of: 2025-04-05", "title: Again\nas_of: 2025-04-05",
        "title: Again", "the field 'title' again", "each field once",
    ),
    Broken(
        "an object to be built", YAML, 'title: "A small case"', "title: !!python/object/apply:os.system [true]",
        "!!python", "the tag tag:yaml.org,2002:python/object/apply:os.system", "plain values without tags",
    ),
    Broken(
        "an anchor", YAML, 'title: "A small case"', 'title: &t "A small case"',
        "&t", "the anchor &t", "no anchors",
    ),
    Broken(
        "a second document", YAML, "notes:\n", "---\nnotes:\n", "---\nnotes", "a second document", "one document",
    ),
    Broken(
        "a character that is none", YAML, "summary: >-", "summary: >-\n  \x07",
        "\x07", "the character U+0007", "printable text",
    ),
    # --- the condition language
    Broken(
        "an expression that does not parse", YAML, "opens: un_mandate and host_consent", "opens: un_mandate and and host_consent",
        "and host_consent\n", "'and'", "a condition, a function or 'not'",
    ),
    Broken(
        "an expression that is Python", YAML, "opens: un_mandate and host_consent", "opens: __import__('os').system('true')",
        "__import__", "\"'\"", "a name, a number", shift=11,
    ),
    Broken(
        "an unknown condition", YAML, "opens: un_mandate and host_consent", "opens: un_mandate and hosts_consent",
        "hosts_consent", "'hosts_consent'", "the id of a condition", "host_consent",
    ),
    Broken(
        "a condition that names itself", YAML, "is: vote(security_council)\n", "is: un_mandate\n",
        "un_mandate\n", "'un_mandate' within its own definition", "other facts only",
    ),
    Broken(
        "an event that waits for itself", YAML, "while: ceasefire ", "while: last(peace_agreement) ",
        "last(peace_agreement)", "'peace_agreement' within its own definition", "other facts only",
    ),
    Broken(
        "'not' over what follows from others", YAML, "opens: un_mandate and host_consent",
        "opens: un_mandate and not parties_consent",
        "not parties_consent", "'not' over parties_consent", "'not' only over an event", "not last(parties_consent)",
    ),
    Broken(
        "'not' over a number of members", YAML, "opens: un_mandate and host_consent",
        "opens: not members() >= 3", "not members()", "'not' over members()", "'not' only over an event",
    ),
    Broken(
        "an unknown domain in an expression", YAML, "host_consent and ceasefire and members() >= 2",
        "host_consent and members(lnd) >= 2", "lnd)", "'lnd'", "a domain", "land",
    ),
    Broken(
        "an unknown rung in an expression", YAML, "stance(RUS, mission) >= conditional",
        "stance(RUS, mission) >= conditonal", "conditonal", "'conditonal'", "a rung of the stance ladder", "conditional",
    ),
    Broken(
        "an unknown actor in an expression", YAML, "consent(UKR) and consent(RUS)", "consent(UKR) and consent(RSU)",
        "RSU", "'RSU'", "the id of an actor", "RUS",
    ),
    Broken(
        "an unknown forum in an expression", YAML, "is: vote(security_council)\n", "is: vote(security_counsil)\n",
        "security_counsil", "'security_counsil'", "the id of a forum", "security_council",
    ),
    Broken(
        "an approval nobody describes", YAML, "opens: un_mandate and host_consent", "opens: un_mandate and approval(POL)",
        "POL)", "'POL'", "an entry under 'approvals'", None,
    ),
    Broken(
        "a host that joins its own mission", YAML, "opens: un_mandate and host_consent", "opens: un_mandate and joins(UKR)",
        "UKR)\n    days", "'UKR'", "a state that leads or is a candidate",
    ),
    Broken(
        "a share in per cent", YAML, "opens: un_mandate and host_consent", "opens: covered(land) >= 80",
        "80\n", "80", "a share of at most 1",
    ),
    Broken(
        "a day that does not exist in an expression", YAML, "opens: un_mandate and host_consent",
        "opens: after(2025-02-30)", "2025-02-30", "'2025-02-30'", "a day that exists",
    ),
    Broken(
        "an expression over several lines", YAML, "opens: un_mandate and host_consent",
        "opens: >-\n      un_mandate and\n      hostconsent", "hostconsent", "'hostconsent'", "the id of a condition", "host_consent",
    ),
    # --- what must be there, and once
    Broken(
        "no condition 'composition_accepted'", YAML, "  - id: composition_accepted", "  - id: composition_agreed",
        "- id: ceasefire ", "no condition 'composition_accepted'", "as in every case on a war",
    ),
    Broken(
        "an id twice", YAML, "  - id: hostilities_resume", "  - id: ceasefire",
        "ceasefire\n    kind: event\n    label: Hostilities", "'ceasefire' again", "each id once",
    ),
    Broken(
        "a route with the id of a condition", YAML, "  - id: un_route", "  - id: host_consent",
        "host_consent\n    label: Mandate", "'host_consent' again", "each id once (it is one of conditions)",
    ),
    Broken(
        "an id that is a word of the language", YAML, "  - id: un_route", "  - id: members",
        "members\n", "'members'", "no word of the condition language",
    ),
    Broken(
        "a format that is not there", YAML, "format: monitoring_force", "format: monitor_force",
        "monitor_force\n", "'monitor_force'", "the id of a format: monitoring_force", "monitoring_force",
    ),
    Broken(
        "a format without a domain", YAML, "      land: {low: 2000, likely: 5000, high: 10000, unit: persons, reason: EXAMPLE. Replace",
        "      finance: {low: 2000, likely: 5000, high: 10000, unit: persons, reason: EXAMPLE. Replace",
        "finance: {low", "'finance'", "a domain with forces",
    ),
    Broken(
        "an unknown forum rule", YAML, "    rule: unsc", "    rule: unsec", "unsec", "'unsec'", "the id of a shipped forum rule", "unsc",
    ),
    Broken(
        "a milestone without its rate", YAML, "    needs: format_agreed\n    rate: {low: 0.05, likely: 0.2, high: 0.5, per: month, reason: EXAMPLE. No deadline announced yet.}",
        "    needs: format_agreed", "id: headquarters_named", "no 'rate'", "the model 'hazard' needs",
    ),
    Broken(
        "an opposing party that nobody lists", YAML, "opposing: [RUS]", "opposing: [RSU]",
        "RSU", "'RSU'", "the id of an actor in actors.csv", "RUS",
    ),
    Broken(
        "a lever that does half of it", YAML, "{do: set, condition: ceasefire, to: true}", "{do: set, to: true}",
        "{do: set, to: true}", "no 'condition'", "which 'set' needs",
    ),
    Broken(
        "a lever that does too much", YAML, "{do: relax, requires: host_consent}", "{do: relax, requires: host_consent, route: un_route}",
        "route: un_route", "the field 'route'", "only requires, actor with 'relax'",
    ),
    Broken(
        "a lever on nothing", YAML, "{do: set, condition: ceasefire, to: true}", "{do: set, condition: ceasfire, to: true}",
        "ceasfire", "'ceasfire'", "the id of a condition", "ceasefire",
    ),
    Broken(
        "a push that slows a beginning", YAML, "    settle_weeks: 2",
        "    hastened_by: [{if: peace_agreement, times: {low: 0.5, likely: 1, high: 2, reason: r}}]\n    settle_weeks: 2",
        "0.5, likely: 1, high: 2, reason: r", "0.5", "a multiple of at least 1",
    ),
    Broken(
        "a table that slows and does not say by how much", YAML, "    issues: [talks]", "    issues: [talks]\n    slows: [ceasefire]",
        "id: main_track", "no 'exclusion_cost'", "which 'slows' needs",
    ),
    Broken(
        "a table that slows what has no rate", YAML, "    issues: [talks]",
        "    issues: [talks]\n    exclusion_cost: {low: 0, likely: 0.1, high: 0.2, reason: r}\n    slows: [un_mandate]",
        "un_mandate]", "'un_mandate'", "the id of an event",
    ),
    Broken(
        "an unknown planning factor", YAML, "        unit: persons\n", "        unit: persons\n        factor: guesswork\n",
        "guesswork", "'guesswork'", "the id of a planning factor",
    ),
    Broken(
        "a lever that makes things slower than never", YAML, "{do: set, condition: ceasefire, to: true}", "{do: hasten, condition: ceasefire, by: -1}",
        "-1}", "-1", "a multiple above 0",
    ),
    Broken(
        "a lever that hastens what has no rate", YAML, "{do: set, condition: ceasefire, to: true}", "{do: hasten, condition: host_consent, by: 2}",
        "host_consent, by", "'host_consent'", "which come at a rate",
    ),
    # --- actors
    Broken("an unknown column", ACTORS, "id,name,kind", "id,name,kinds", "kinds", "the column 'kinds'", "one of id, name", "kind"),
    Broken("a column twice", ACTORS, "role,influence", "role,role", "role,salience", "the column 'role' again", "each column once"),
    Broken("too few cells", ACTORS, POLAND, "POL,Poland", "POL,Poland", "cells", "one for each column"),
    Broken("no name", ACTORS, POLAND, "POL,,state,lead", "POL,,", "a blank cell", "a value in the column 'name'"),
    Broken("an unknown role", ACTORS, "POL,Poland,state,lead", "POL,Poland,state,leader", "leader",
           "'leader' in the column 'role'", "one of host, opposing, lead", "lead"),
    Broken("NaN in a table", ACTORS, "POL,Poland,state,lead,,", "POL,Poland,state,lead,nan,", "nan", "'nan' in the column 'influence'", "a finite number"),
    Broken("words for a number", ACTORS, "POL,Poland,state,lead,,", "POL,Poland,state,lead,much,", "much", "'much'", "a number"),
    Broken("influence above 100", ACTORS, "POL,Poland,state,lead,,", "POL,Poland,state,lead,101,", "101", "'101'", "at most 100"),
    Broken("an actor twice", ACTORS, "POL,Poland", "UKR,Ukraine,state,host,,,,,,,,,,,\nPOL,Poland", "UKR,Ukraine,state,host,,,,,,,,,,,\nPOL", "'UKR' again", "each id once"),
    Broken("a code that is no state's", ACTORS, "POL,Poland", "PLD,Pludonia,state,candidate,,,,,,,,,,,\nPOL,Poland", "PLD", "'PLD'", "alpha-3 code of a state", "POL"),
    Broken("a leading state that only looks on", YAML, "leading: [FRA, POL]", "leading: [FRA, UKR]", "UKR]\n\n# An issue", "'UKR', whose role in actors.csv is 'host'", "an actor with the role 'lead'"),
    # --- statements
    Broken("an unknown actor", STATEMENTS, ONE, ONE.replace("FRA", "FRE"), "FRE", "'FRE'", "the id of an actor in actors.csv", "FRA"),
    Broken("an unknown stance", STATEMENTS, ONE, ONE.replace("consider", "considers"), "considers", "'considers'", "one of threaten, oppose", "consider"),
    Broken("an unknown domain", STATEMENTS, ONE, ONE.replace(",any,", ",airdefence,"), "airdefence", "'airdefence'", "one of land, air", "air_defence"),
    Broken("a wrong date", STATEMENTS, ONE, ONE.replace("2025-04-05", "2025-13-05"), "2025-13-05", "'2025-13-05'", "a day that exists"),
    Broken("a date with a time", STATEMENTS, ONE, ONE.replace("2025-04-05", "2025-04-05T10:00"), "2025-04-05T10:00", "'2025-04-05T10:00'", "a date as YYYY-MM-DD"),
    Broken("published before it was said", STATEMENTS, ONE, ONE.replace("2025-04-05,,", "2025-04-05,2025-04-04,"), "2025-04-04", "2025-04-04", "published on or after 2025-04-05"),
    Broken("a statement twice", STATEMENTS, "EX-2,", "EX-1,", "EX-1,2025-04-05,,POL", "'EX-1' again", "each id once"),
    Broken("an unknown issue", STATEMENTS, ONE, ONE.replace("participation", "particpation"), "particpation", "'particpation'", "an issue of this case", "participation"),
    Broken("an unknown reliability", STATEMENTS, ONE, ONE.replace(",F,6,", ",G,6,"), "G,6", "'G'", "one of A, B, C, D, E, F"),
    Broken("an expression in a table", STATEMENTS, ONE, ONE.replace("any,,,", "any,,ceasefire and (,"), ",forecast,F,6", "the end", "a condition", None, 0),
    Broken("an unknown name in a table", STATEMENTS, ONE, ONE.replace("any,,,", "any,,not last(cease_fire),"), "cease_fire", "'cease_fire'", "the id of a condition", "ceasefire"),
    Broken("a document outside the folder", STATEMENTS, "no source\",,,\nEX-2", "no source\",../../etc/passwd,,\nEX-2", "../../etc", "'../../etc/passwd'", "a name inside the case folder"),
    Broken("a quote in the middle of a cell", STATEMENTS, ONE, ONE.replace("assumed", 'ass"umed'), 'ass"umed', "a quote inside an unquoted cell", "the whole cell in quotes"),
    # --- other tables
    Broken("a pledge by the host", PLEDGES, "EX-P1,FRA", "EX-P1,UKR", "UKR", "'UKR'", "a state that can take part"),
    Broken("a pledge of an unknown kind", PLEDGES, "estimate", "guess", "guess", "'guess'", "one of pledge, offer, estimate"),
    Broken("a pledge in units that nobody knows", PLEDGES, "persons", "person", "person,", "'person'", "a unit of the catalogue", "persons"),
    Broken("a pledge out of its bounds", PLEDGES, ",1000,0,2000,", ",1000,0,200,", "0,200,", "0, 1000, 200", "low <= number <= high"),
    Broken("a meeting with an unknown guest", CALENDAR, "FRA;POL", "FRA;POLAND", "FRA;POLAND", "'POLAND'", "the id of an actor in actors.csv", "POL"),
    Broken("a meeting that decides nothing known", CALENDAR, "format_agreed", "format_settled", "format_settled", "'format_settled'", "a condition or a milestone", "format_agreed"),
    Broken("a question about an unknown milestone", QUESTIONS, "deployed", "deploy", "deploy,", "'deploy'", "the id of a milestone", "deployed"),
    Broken("an outcome of two", QUESTIONS, "2026-04-05,\n", "2026-04-05,2\n", "2\n", "'2'", "0 or 1"),
    Broken("an answer to no question", RESOLUTIONS, "note\n", "note\nQ-9,1,2025-05-01,,\n", "Q-9", "'Q-9'", "the id of a question", None),
]
# fmt: on
