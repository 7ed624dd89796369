"""What the rules are meant to handle, sentence by sentence. In sample: these were written with
them.
"""

from datetime import date

import pytest

from willing.reading import Document, RuleExtractor

# sentence, then holder stance domain of every statement in it
CONSTRUCTIONS = [
    (
        "The Danish foreign minister said Denmark was ready to send troops.",
        "DNK commit land",
    ),
    (
        '"We are willing to contribute air policing," the Swedish defence ministry said in a '
        "statement.",
        "SWE commit air",
    ),
    (
        "Norway's government has not taken a decision on sending soldiers, its spokesperson told "
        "reporters.",
        "NOR undecided land",
    ),
    (
        "Madrid rules out sending Spanish troops as long as there is no peace agreement.",
        "ESP conditional land",
    ),
    (
        "Portugal would only take part in a mission with a United Nations mandate, the defence "
        "minister in Lisbon told parliament.",
        "PRT conditional any",
    ),
    (
        "Bucharest will not send troops but will serve as a logistics hub, Romanian officials "
        "said.",
        "ROU support_no_troops land",
    ),
    (
        "The Kremlin warned that any European troops in Ukraine would be treated as legitimate "
        "targets.",
        "RUS threaten land",
    ),
    (
        "According to the Lithuanian defence ministry, up to 150 soldiers could be sent once a "
        "ceasefire holds.",
        "LTU conditional land",
    ),
    (
        "Estonia pledged an infantry company for the force.",
        "EST commit land",
    ),
    (
        "Canada is considering a contribution of instructors, two officials in Ottawa said.",
        "CAN consider training",
    ),
    (
        "Hungary vetoed the joint text on Ukraine.",
        "HUN oppose any",
    ),
    (
        "Athens, which has ruled out ground troops, is open to a naval role in the Black Sea.",
        "GRC decline land; GRC consider sea",
    ),
    (
        "Asked whether Berlin would take part, a government spokesman declined to comment.",
        "DEU undecided any",
    ),
    (
        "France and the United Kingdom will lead the operation, the two governments announced on "
        "Thursday.",
        "FRA,GBR lead any",
    ),
    (
        "The Dutch cabinet said it wanted a clear mandate and American support before any "
        "decision.",
        "NLD conditional any",
    ),
    (
        "Slovakia's prime minister has repeatedly said his country would never take part in such "
        "a mission.",
        "SVK decline any",
    ),
    (
        "Turkey offered to host the maritime headquarters.",
        "TUR lead sea",
    ),
    (
        "Australia could join the coalition if asked, the prime minister's office in Canberra "
        "indicated.",
        "AUS conditional any",
    ),
    (
        "Washington has not promised a backstop.",
        "USA undecided any",
    ),
    (
        "The White House said the United States would not put boots on the ground.",
        "USA decline land",
    ),
    (
        "Beijing denied that it was planning to send peacekeepers.",
        "CHN decline land",
    ),
    (
        '"Luxembourg cannot provide soldiers, but we will help to pay," its defence minister said.',
        "LUX support_no_troops land",
    ),
    (
        "Belgian F-16s could help to police the skies over Ukraine, the defence ministry "
        "suggested.",
        "BEL consider air",
    ),
    (
        "The Bulgarian parliament rejected the participation of Bulgarian soldiers.",
        "BGR decline land",
    ),
    (
        "The foreign ministers of Germany, Poland and France welcomed the planning in a joint "
        "statement.",
        "DEU,FRA,POL support_no_troops any",
    ),
    (
        "Ireland's readiness to send peacekeepers was reaffirmed by the Irish government on "
        "Monday.",
        "IRL commit land",
    ),
    (
        "London's promise of 5,000 troops has strengthened the plan.",
        "GBR commit land",
    ),
    (
        "Finland, sharing a long border with Russia, sees no room for sending its own soldiers.",
        "FIN decline land",
    ),
    (
        "Croatia's president insisted that no Croatian soldier would set foot in Ukraine.",
        "HRV decline land",
    ),
    (
        "Slovenia will take part only in a UN mission, its government said.",
        "SVN conditional any",
    ),
    (
        "The European Commission proposed a 150 billion euro loan programme.",
        "EU support_no_troops finance",
    ),
    (
        "NATO Secretary General Mark Rutte said that the alliance supported European efforts.",
        "NATO support_no_troops any",
    ),
    (
        'Russia\'s foreign ministry called the plan "absolutely unacceptable".',
        "RUS oppose any",
    ),
    (
        "Moscow rejects peacekeepers from NATO member states but would accept unarmed observers.",
        "RUS oppose land",
    ),
    (
        "The prime minister of Iceland said the country, which has no army, would support the "
        "force financially.",
        "ISL support_no_troops finance",
    ),
    (
        "Germany may contribute air defence batteries under the next government.",
        "DEU consider air_defence",
    ),
    (
        "Spain's position remains that it is too early to discuss a deployment.",
        "ESP undecided any",
    ),
    (
        "Ukraine insists on security guarantees with American participation.",
        "UKR conditional any",
    ),
    (
        '"There will be no Polish contingent, although we will provide logistics," the Polish '
        "prime minister told a news conference in Warsaw.",
        "POL support_no_troops land",
    ),
    (
        "Sweden reaffirmed that it would participate provided that there is a clear mandate.",
        "SWE conditional any",
    ),
    (
        "Denmark, Norway and the Netherlands said they would provide frigates and minehunters.",
        "DNK,NLD,NOR commit sea",
    ),
    (
        "A spokesperson for the Italian foreign ministry reiterated that Italian soldiers would "
        "not be deployed in Ukraine outside a UN framework.",
        "ITA conditional land",
    ),
    (
        "Zagreb has distanced itself from the plan.",
        "HRV oppose any",
    ),
    (
        "The Czech president said his country should join a peacekeeping force if both sides "
        "agree to it.",
        "CZE conditional any",
    ),
    (
        "The Austrian chancellor recalled that neutrality forbids taking part in a combat mission.",
        "AUT decline any",
    ),
    (
        'Cyprus will send no troops "under any circumstances", its government spokesman stressed.',
        "CYP decline land",
    ),
    (
        "The UN Security Council has not been asked to mandate the mission.",
        "",
    ),
    (
        "Experts at a think tank warned that the force would be too small.",
        "",
    ),
    (
        "Lisbon fully supports the Franco-British plan but regards talk of sending troops as "
        "premature.",
        "PRT support_no_troops any; PRT undecided land",
    ),
    (
        "The Polish foreign minister ruled nothing out.",
        "POL consider any",
    ),
    (
        "Lithuania's president, Gitanas Nausėda, confirmed that Vilnius was ready to deploy "
        "soldiers as part of a post-ceasefire mission.",
        "LTU conditional land",
    ),
    (
        "Rome will not take part in any force without a UN mandate, the Italian defence minister "
        "told lawmakers, adding that Italy would support monitoring.",
        "ITA conditional any",
    ),
    (
        "He said the government in Copenhagen would put a proposal to parliament.",
        "",
    ),
    (
        '"We have said from the start that we would do our share," the Belgian prime minister '
        "told the newspaper.",
        "BEL commit any",
    ),
    # other forces, other theatres
    (
        "Kenya will provide 600 police officers for the mission in Haiti, the foreign ministry "
        "in Nairobi said.",
        "KEN commit land",
    ),
    (
        '"We are not in a position to contribute at this time," a spokesperson for the Indian '
        "foreign ministry said.",
        "IND decline any",
    ),
    (
        "Egypt placed two frigates at the disposal of the operation.",
        "EGY commit sea",
    ),
    (
        "Jordan's king said that Jordan would look favourably on a request for a field hospital.",
        "JOR consider any",
    ),
    (
        "Ethiopia warned that any foreign soldier crossing its border would be met with force.",
        "ETH threaten land",
    ),
    (
        "Ghana has earmarked a battalion for the standby force.",
        "GHA commit land",
    ),
    (
        "Nigeria cannot spare troops, its chief of defence staff said.",
        "NGA decline land",
    ),
    (
        "Rwanda is to lead the land component of the force.",
        "RWA lead land",
    ),
    (
        "South Africa's parliament must approve any deployment, the presidency in Pretoria "
        "recalled.",
        "ZAF conditional any",
    ),
    (
        "Turkey stopped short of promising ships.",
        "TUR undecided sea",
    ),
    (
        "Algeria will keep its distance from any military presence on its borders, the foreign "
        "minister said.",
        "DZA decline any",
    ),
    (
        "Iran regards a naval force in the strait as a hostile act.",
        "IRN oppose sea",
    ),
    (
        "Tehran said that ships escorting tankers would do so at their own risk.",
        "IRN threaten sea",
    ),
    (
        "Saudi Arabia has not replied to the request.",
        "SAU undecided any",
    ),
    (
        "Japan's constitution does not allow it to send combat troops, Tokyo explained.",
        "JPN decline land",
    ),
    (
        "India will escort merchant ships under its own command and will not join the coalition, "
        "New Delhi said.",
        "IND decline sea",
    ),
    (
        "Oman allows the force to use its ports.",
        "OMN support_no_troops any",
    ),
    (
        "Serbia called the extension of the mandate unacceptable.",
        "SRB oppose any",
    ),
    (
        "Kosovo's government welcomed the reinforcement of the mission.",
        "XKX support_no_troops any",
    ),
    (
        "Lebanon's army is ready to deploy alongside the peacekeepers, Beirut said.",
        "LBN commit land",
    ),
    (
        "Israel demanded that the force be given a stronger mandate.",
        "ISR conditional any",
    ),
    (
        "Cyprus offered Larnaca as a logistics base.",
        "CYP support_no_troops any",
    ),
    (
        "Italy and Malta declared their willingness to patrol the waters off Libya.",
        "ITA,MLT commit sea",
    ),
    (
        "Tunisia refuses to host a headquarters.",
        "TUN decline any",
    ),
    (
        "Chad would allow overflights but would not send soldiers, President Deby's office said.",
        "TCD support_no_troops land",
    ),
    (
        "Sudan's army chief said peacekeepers would be treated as invaders.",
        "SDN threaten land",
    ),
    (
        "The rival forces have not consented to the deployment.",
        "",
    ),
    (
        "Norway seconded ten officers to the planning staff.",
        "NOR commit any",
    ),
    (
        "Sweden and Finland stand aside for the time being.",
        "FIN,SWE undecided any",
    ),
    (
        "Vienna cites neutrality and limits itself to humanitarian aid.",
        "AUT support_no_troops any",
    ),
    (
        "Canada will decide after the election.",
        "CAN undecided any",
    ),
    (
        "Mexico has ruled out any role.",
        "MEX decline any",
    ),
    (
        "Argentina announced that it would join the coalition with a patrol vessel.",
        "ARG commit sea",
    ),
    (
        "Chile made its participation conditional on a resolution of the Security Council.",
        "CHL conditional any",
    ),
    (
        "Uruguay's foreign minister said his country was willing in principle, provided that the "
        "host agreed.",
        "URY conditional any",
    ),
    (
        "Fiji has volunteered an infantry company.",
        "FJI commit land",
    ),
    (
        "Bangladesh remains ready to contribute an engineer unit if the United Nations asks.",
        "BGD conditional land",
    ),
    (
        "Nepal awaits a formal request.",
        "NPL undecided any",
    ),
    (
        "The Moroccan government would neither confirm nor deny that it had offered troops.",
        "MAR undecided land",
    ),
    (
        "Senegal said yes to police but no to soldiers.",
        "SEN support_no_troops land",
    ),
    (
        "Georgia is keeping all options open.",
        "GEO consider any",
    ),
    (
        "Moldova, which is neutral, cannot take part.",
        "MDA decline any",
    ),
    (
        "Azerbaijan has floated the idea of a joint patrol.",
        "AZE consider any",
    ),
    (
        "The Philippines sent a letter offering two companies of marines.",
        "PHL commit land",
    ),
    (
        "Greece leaves the decision to its parliament.",
        "GRC undecided any",
    ),
    (
        "Kazakhstan will send 140 peacekeepers to the Golan Heights, Astana confirmed.",
        "KAZ commit land",
    ),
    (
        "Germany extended the mandate of its contingent by a year.",
        "DEU commit land",
    ),
    (
        "Beijing urged all sides to show restraint.",
        "CHN undecided any",
    ),
    (
        '"No Irish soldier will serve outside a United Nations mission," the Taoiseach told the '
        "Dáil.",
        "IRL conditional land",
    ),
]


@pytest.mark.parametrize(("sentence", "expected"), CONSTRUCTIONS, ids=range(len(CONSTRUCTIONS)))
def test_construction(sentence: str, expected: str, parsed: RuleExtractor) -> None:
    reading = parsed.read(Document.from_text(sentence, published=date(2025, 3, 20)))
    found = [f"{','.join(s.actor)} {s.stance} {s.domain}" for s in reading.statements]
    assert "; ".join(found) == expected


def test_the_surface_rules_find_most_holders_of_them(surface: RuleExtractor) -> None:
    """The fallback is weaker: at least three in five holders, and it says which rules it used."""
    found = wanted = 0
    for sentence, expected in CONSTRUCTIONS:
        reading = surface.read(Document.from_text(sentence, published=date(2025, 3, 20)))
        holders = {",".join(s.actor) for s in reading.statements}
        codes = {part.split()[0] for part in expected.split("; ") if part}
        found += len(holders & codes)
        wanted += len(codes)
    assert found / wanted > 0.6
