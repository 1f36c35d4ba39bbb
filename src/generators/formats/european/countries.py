"""Which texts the countries of Europe issue, and what their plates look like, as a table.

Templates are in the notation of `grammar.py`. Sources: the countries' rules on vehicle registration as
summarised in public descriptions; current series, the one before where it is still often met, and
personal plates. Weights favour neither population nor traffic: countries that share a grammar stand for
one another, and Romania and Sweden are drawn most because photographs of theirs are at hand to test on.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..base import RGB

LETTERS = string.ascii_uppercase
UMLAUTS = "ÄÖÜ"
WHITE: RGB = (238, 238, 236)
YELLOW: RGB = (244, 200, 40)
BLACK: RGB = (24, 24, 26)
RED: RGB = (190, 30, 40)
GREEN: RGB = (20, 110, 60)
NAVY: RGB = (20, 40, 120)

_COUNTIES = (
    "AB,AG,AR,BC,BH,BN,BR,BT,BV,BZ,CJ,CL,CS,CT,CV,DB,DJ,GJ,GL,GR,HD,HR,IF,IL,IS,MH,MM,MS,NT,OT,PH,"
    "SB,SJ,SM,SV,TL,TM,TR,VL,VN,VS"
)
_DISTRICTS = "@,@@,@@,@@@,@@@"
_DOTTED = "MÜ,FÜ,TÜ,LÖ,PLÖ,GÖ,KÖT,NÖ,SÜW,WÜ,LÜN,GÜ,MÜR,HÖ,SÄK,BÜD,RÜD,MÄR,KÄ,JÄ"
"""German districts with an umlaut, as they are abbreviated or might be."""
_AUSTRIAN = "{W,G,L,S,I,P,K,B,E,AM,BL,BZ,GM,KF,LL,MD,SL,TU,WB,WN,VB,UU}"
_CONSONANTS = "BCDFGHJKLMNPRSTVWXYZ"


@dataclass(frozen=True)
class Country:
    """Plates of one country.

    `weight` says how often it is drawn, over those of the others. `texts` are templates and their shares,
    `letters` what `@` stands for, `seals` what `*` may be, `face` a key of `FACES`. `band` is the share
    of plates with a blue block at the left, `second_band` that of those with one at the right too, `edged`
    that with lines along the upper and lower edge. `papers` and `inks` are colours and their shares.
    """

    code: str
    weight: float
    texts: Mapping[str, float]
    letters: str = LETTERS
    seals: tuple[str, ...] = ("round",)
    face: str = "din"
    band: float = 0.9
    second_band: float = 0.0
    edged: float = 0.0
    papers: Mapping[RGB, float] = field(default_factory=lambda: {WHITE: 0.97, YELLOW: 0.03})
    inks: Mapping[RGB, float] = field(default_factory=lambda: {BLACK: 0.95, NAVY: 0.05})


_RED = {BLACK: 0.1, RED: 0.9}
_MOSTLY_BLACK = {BLACK: 0.94, RED: 0.06}
_FRONT_AND_REAR = {WHITE: 0.5, YELLOW: 0.5}

COUNTRIES: tuple[Country, ...] = (
    Country(
        "RO",
        0.18,
        {
            "B {##,###} @@@": 0.52,
            f"{{{_COUNTIES}}} ## @@@": 0.43,
            f"{{B,{_COUNTIES}}} 0{{####,#####}}": 0.05,
        },
        inks=_MOSTLY_BLACK,
    ),
    Country(
        "S",
        0.18,
        {
            "@@@ ###": 0.50,
            "@@@*###": 0.26,
            "@@@ ##@": 0.15,
            "@@@*##@": 0.03,
            "{@@,@@@,@@@@,@@@@@,@@@@@@,@@@@@@@,@@@@@#}": 0.06,
        },
        "ABCDEFGHJKLMNOPRSTUWXYZ",
        ("sticker", "sticker", "round"),
        "swedish",
        0.6,
    ),
    Country(
        "D",
        0.09,
        {
            f"{{{_DISTRICTS}}}*{{@,@@,@@}} {{#,##,###,####,####}}": 0.70,
            f"{{{_DOTTED}}}*{{@,@@,@@}} {{#,##,###,####}}": 0.20,
            "{@,@@,@@@}*{@,@@} {##,###}{E,H}": 0.06,
            "{@,@@}*{####,#####}": 0.04,
        },
        seals=("pair",),
        face="fe",
    ),
    Country(
        "A",
        0.035,
        {
            f"{_AUSTRIAN}*{{###,####}}@{{,@}}": 0.6,
            f"{_AUSTRIAN}*{{#####,######}}@": 0.3,
            f"{_AUSTRIAN}*@@@{{#,##}}": 0.1,
        },
        seals=("arms",),
        edged=0.8,
    ),
    Country(
        "F",
        0.05,
        {"@@-###-@@": 0.8, "{##,###,####} @@ ##": 0.2},
        "ABCDEFGHJKLMNPQRSTVWXYZ",
        face="french",
        second_band=0.8,
        papers={WHITE: 0.85, YELLOW: 0.15},
    ),
    Country(
        "I",
        0.05,
        {"@@ ###@@": 0.6, "@@ ### @@": 0.3, "@@*###@@": 0.1},
        "ABCDEFGHJKLMNPRSTVWXYZ",
        face="italian",
        second_band=0.85,
    ),
    Country(
        "E",
        0.03,
        {"#### @@@": 0.9, "{A,B,M,V,SE,MA} #### {@,@@}": 0.1},
        _CONSONANTS,
        face="spanish",
    ),
    Country(
        "P",
        0.02,
        {"@@-##-@@": 0.3, "##-@@-##": 0.3, "##-##-@@": 0.3, "@@ ## @@": 0.1},
        second_band=0.4,
    ),
    Country(
        "PL",
        0.045,
        {
            "{@@,@@@} #####": 0.35,
            "@@ {####@,###@@,#@###,#@@##}": 0.35,
            "@@@ {#@###,##@##,@###,##@#,@##@,@@###}": 0.3,
        },
        seals=("round",),
    ),
    Country("CZ", 0.035, {"#@# ####": 0.7, "#@#*####": 0.2, "#@@ ####": 0.1}, "ABCEHJKLMPSTUZ"),
    Country("SK", 0.03, {"@@*###@@": 0.8, "@@ ###@@": 0.2}, seals=("arms",)),
    Country("H", 0.03, {"@@@-###": 0.6, "@@ @@*###": 0.25, "@@-@@ ###": 0.15}, seals=("arms",)),
    Country("BG", 0.02, {"{@,@@} #### @@": 1.0}, "ABCEHKMOPTXY"),
    Country("GR", 0.02, {"@@@-####": 1.0}, "ABEHIKMNOPTXYZ"),
    Country("B", 0.02, {"#-@@@-###": 0.7, "@@@-###": 0.3}, face="french", inks=_RED),
    Country(
        "NL",
        0.04,
        {"{##-@@-@@,@@-##-@@,@@-@@-##}": 0.35, "{##-@@@-#,#-@@@-##,@@-###-@,@-###-@@}": 0.65},
        "BDFGHJKLNPRSTVXZ",
        face="dutch",
        papers={WHITE: 0.1, YELLOW: 0.9},
    ),
    Country(
        "L", 0.01, {"@@ ####": 1.0}, "ABCDEFGHJKLMNPRSTUVWXYZ", papers={WHITE: 0.1, YELLOW: 0.9}
    ),
    Country("DK", 0.02, {"@@ ## ###": 1.0}, face="french", band=0.6, edged=0.5),
    Country(
        "N",
        0.025,
        {"@@ #####": 0.8, "@@ ## ###": 0.2},
        "ABCDEFHJKLNPRSTUVXYZ",
        face="slab",
        band=0.6,
    ),
    Country("FIN", 0.025, {"@@@-###": 0.8, "@@@-##": 0.2}, face="swedish", band=0.7),
    Country("EST", 0.01, {"### @@@": 1.0}),
    Country("LV", 0.01, {"@@-{####,###}": 1.0}),
    Country("LT", 0.015, {"@@@ ###": 0.6, "@@@*###": 0.4}),
    Country("UA", 0.015, {"@@ #### @@": 1.0}, "ABCEHIKMOPTX", band=0.8),
    Country("HR", 0.02, {"@@*{###,####}-{@,@@}": 1.0}, seals=("arms",), band=0.6),
    Country("SRB", 0.015, {"@@*{###,####,#####}-@@": 1.0}, seals=("arms",)),
    Country("SLO", 0.01, {"@@*{@#-###,@@-###,##-###,##-@##}": 1.0}, seals=("arms",), edged=0.3),
    Country(
        "GB",
        0.045,
        {"@@## @@@": 0.9, "@### @@@": 0.1},
        "ABCDEFGHJKLMNOPRSTUVWXYZ",
        face="charles_wright",
        band=0.4,
        papers=_FRONT_AND_REAR,
    ),
    Country("IRL", 0.01, {"{##,###}-{@,@@}-{#,##,###,####}": 1.0}),
)

UNKNOWN = Country(
    "",
    0.0,
    {
        "{@,@@,@@@} {##,###,####,#####,######}": 0.2,
        "{##,###,####} {@,@@,@@@}": 0.1,
        "{@,@@,@@@}{-,*, ,·}{##,###,####}{-, ,,}{@,@@}": 0.2,
        "{@,#}{@,#}{@,#}{@,#}{ ,-,*,}{@,#}{@,#}{@,#,}{@,#,}@": 0.2,
        "{#,@,#@,@#,##,@@}{ ,*,-}{@#,#@,@@}{, ,-}{#@,@#,##@,@@#,###}": 0.3,
    },
    seals=("pair", "round", "arms", "sticker"),
    papers={WHITE: 0.74, YELLOW: 0.08, BLACK: 0.08, RED: 0.03, GREEN: 0.04, NAVY: 0.03},
    band=0.45,
    second_band=0.1,
    edged=0.1,
)
"""Random letters and digits in any order, so that a reader knows no country by heart."""
