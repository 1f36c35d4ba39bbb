"""Plates of Western Europe.

Sources are the countries' rules of registration as summarised in public descriptions. D: Fahrzeug-
Zulassungsverordnung, annexes 1 and 4. F: arrêté of 9 February 2009 (SIV) and the series before it. GB: Road Vehicles
(Display of Registration Marks) Regulations 2001. IRL: S.I. 318/1992. NL: Regeling kentekens en kentekenplaten. B:
royal decree of 20 July 2001. L: règlement grand-ducal of 17 June 2003. MC, JE, GBM, GBZ: their own ordinances.
"""

from .model import (
    BLACK,
    GREEN,
    LETTERS,
    NAVY,
    ORANGE,
    PALE_GREEN,
    RED,
    WHITE,
    YELLOW,
    Country,
    Look,
    Series,
    any_of,
    one_look,
    without,
)

_DOTTED = any_of(
    "MÄR KÄ JÄ SÄK SÄ BÄR MÜ FÜ TÜ LÖ PLÖ GÖ KÖT NÖ SÜW WÜ LÜN GÜ MÜR HÖ SÄK BÜD RÜD MÄR KÄ JÄ AÖ BÖ BÜS BÜZ"
    " DÜW FÖH GRÜ HÖS KÖN KÜN KÖZ LÜD"
    " MÜB NÖR PRÜ RÜG SLÜ STÖ ÜB WÖS WÜM"
)
_FIRST = any_of("ABCDEFGHJKLMNPRSTUVWXYZ")
_NUMBER = "{+##,+##,+##,+###,+###,+###,+#,+#,+}"
_COUNTIES = any_of(
    "C CE CN CW D D D D DL G KE KK KY L LD LH LK LM LS MH MN MO OY RN SO TN TS T W WD WH WX WW"
)
_AREA = any_of("ABCDEFGHKLMNOPRSVWY") + any_of("ABCDEFGHJKLMNOPRSTUVWXY")
_YEAR = any_of("ABCDEFGHJKLMNPRSTVWXY")
_AGE = "{0#,1#,2{0,1,2,3,4,5,6},5#,6#,7{0,1,2,3,4,5,6}}"
_DEPARTMENT = "{0+,{1,2,3,4,5,6,7,8}#,9{0,1,2,3,4,5},2A,2B}"

_GERMAN = Look(
    bands={"eu": 0.95, "none": 0.04, "code": 0.01},
    strips={"none": 0.94, "season": 0.06},
    seals=("pair", "pair", "stack"),
)
_FRENCH = Look(strips={"department": 0.86, "bare": 0.05, "none": 0.09}, imprinted=0.5)
_FRENCH_CLASSIC = Look(bands={"none": 0.85, "eu": 0.15}, strips={"none": 1.0}, papers={BLACK: 1.0})
_FRENCH_OLD = Look(
    bands={"eu": 0.6, "code": 0.1, "none": 0.3},
    strips={"none": 0.8, "bare": 0.1, "department": 0.1},
    papers={WHITE: 0.43, YELLOW: 0.45, BLACK: 0.12},
    imprinted=0.4,
)
_BRITISH = Look(
    bands={"none": 0.55, "eu": 0.18, "flag": 0.20, "green": 0.05, "code": 0.02},
    papers={WHITE: 0.47, YELLOW: 0.53},
    inks={BLACK: 1.0},
    imprinted=0.7,
)
_BRITISH_OLD = Look(
    bands={"none": 0.95, "eu": 0.05}, papers={WHITE: 0.3, YELLOW: 0.35, BLACK: 0.35}
)
_BELGIAN = Look(bands={"eu": 0.95, "none": 0.05}, inks={RED: 0.9, BLACK: 0.1})
_IRISH = Look(bands={"eu": 0.92, "none": 0.08})
_COUNTY_NUMBER = "{+,+#,+##,+###,+###}"
_CITY = "{D,D,D,C,G,L,W}-{+###,+####}"

WEST: tuple[Country, ...] = (
    Country(
        "D",
        49,
        ("fe", "fe", "fe", "fe", "din"),
        LETTERS,
        (
            Series(
                0.59,
                {
                    f"{{{_FIRST},{_FIRST}@}}*{{@,@@,@@}} {_NUMBER}": 0.75,
                    f"{_FIRST}@@*{{@ {_NUMBER},@@ {{+##,+##,+##,+#,+}}}}": 0.25,
                },
                _GERMAN,
            ),
            Series(0.16, {f"{_DOTTED}*{{@,@@}} {{+##,+#,+##,+###}}": 1.0}, _GERMAN),
            # Electric and historic cars, authorities, trade plates.
            Series(
                0.12, {f"{{{_FIRST},{_FIRST}@}}*{{@,@@}} {{+##,+#,+##}}{{E,E,E,H}}": 1.0}, _GERMAN
            ),
            Series(0.07, {f"{{{_FIRST},{_FIRST}@}}*{{+###,+####,+##}}": 1.0}, _GERMAN),
            Series(
                0.02,
                {f"{{{_FIRST},{_FIRST}@}}*0{{6,7}}{{##,###}}": 1.0},
                Look(bands={"eu": 0.8, "none": 0.2}, seals=("round",), inks={RED: 1.0}),
            ),
            Series(
                0.04,
                {f"{{{_FIRST},{_FIRST}@}}*@@ {{+##,+###}}": 1.0},
                Look(bands={"eu": 1.0}, seals=("pair",), inks={GREEN: 1.0}),
            ),
        ),
    ),
    Country(
        "F",
        39,
        ("french", "french", "french", "french_wide", "french_wide", "french_old"),
        without("IOU"),
        (
            Series(0.77, {"@@-###-@@": 0.97, "W-###-@@": 0.03}, _FRENCH),
            # Cars of collectors.
            Series(0.03, {"@@-###-@@": 1.0}, _FRENCH_CLASSIC),
            Series(
                0.03,
                {"{@@-##-@,@@-###-@}": 1.0},
                Look(shapes={"motorcycle": 1.0}, strips={"department": 0.7, "none": 0.3}),
            ),
            Series(
                0.14, {f"{{+##,+##,+###,+###,+#}} {{@@,@@,@@@}} {_DEPARTMENT}": 1.0}, _FRENCH_OLD
            ),
            Series(
                0.03,
                {"{+#,+##} {CD,C,K} {+#,+##}": 1.0},
                Look(bands={"none": 1.0}, papers={GREEN: 1.0}, inks={ORANGE: 1.0}),
            ),
        ),
    ),
    Country(
        "GB",
        36,
        ("charles_wright", "charles_wright", "charles_wright", "charles_wright_wide"),
        without("IQ"),
        (
            Series(0.80, {f"{_AREA}{_AGE} @@@": 1.0}, _BRITISH),
            Series(0.08, {f"{_YEAR}{{+,+#,+##}} @@@": 1.0}, _BRITISH),
            Series(
                0.07,
                {
                    f"@@@ {{+#,+##}}{_YEAR}": 0.3,
                    "{@@@ {+,+#,+##},@@ {+#,+##,+###},@ {+##,+###}}": 0.4,
                    f"{{{{+,+#,+##}} {_YEAR}@@,{{+##,+###}} {_YEAR}@}}": 0.3,
                },
                _BRITISH_OLD,
            ),
            Series(0.05, {"{@{I,Z},{I}@,@I@,@Z@,@@Z} +###": 1.0}, _BRITISH),
        ),
    ),
    Country(
        "NL",
        9.2,
        ("dutch",),
        "BDFGHJKLNPRSTVXZ",
        (
            Series(
                0.93,
                {
                    "{##-@@-@@,@@-##-@@,@@-@@-##}": 0.30,
                    "{##-@@@-#,#-@@@-##,@@-###-@,@-###-@@}": 0.62,
                    "{@@@-##-@,@-##-@@@}": 0.08,
                },
                Look(bands={"eu": 0.97, "none": 0.03}, papers={YELLOW: 0.96, WHITE: 0.04}),
            ),
            Series(
                0.03,
                {"{##-@@@-#,@@-###-@,@-###-@@}": 1.0},
                Look(papers={PALE_GREEN: 0.2, (150, 190, 225): 0.8}),
            ),
            Series(
                0.04,
                {"{@@-##-##,##-##-@@,##-@@-##}": 1.0},
                Look(bands={"none": 1.0}, papers={NAVY: 1.0}),
            ),
        ),
    ),
    Country(
        "B",
        6,
        ("belgian",),
        without("IOQ"),
        (
            Series(0.72, {"{1,1,1,1,2}-@@@-###": 0.96, "{O,T,Q,8,9}-@@@-###": 0.04}, _BELGIAN),
            Series(
                0.23,
                {"@@@-###": 0.8, "###-@@@": 0.2},
                Look(bands={"eu": 0.3, "none": 0.7}, inks={RED: 0.95, BLACK: 0.05}),
            ),
            Series(0.05, {"CD-@@-###": 1.0}, _BELGIAN),
        ),
    ),
    one_look(
        "L",
        0.5,
        "alpine din",
        without("IO"),
        {"@@ ####": 1.0},
        Look(papers={YELLOW: 0.95, WHITE: 0.05}),
    ),
    Country(
        "IRL",
        2.4,
        ("charles_wright_wide", "din", "fe"),
        LETTERS,
        (
            Series(
                0.70,
                {
                    f"{{1{{3,4,5,6,7,8,9}},2{{0,1,2,3,4,5,6}}}}{{1,2}}-{{{_COUNTIES}-{_COUNTY_NUMBER},{_CITY}}}": 1.0
                },
                _IRISH,
            ),
            Series(
                0.30,
                {f"{{0#,1{{0,1,2}},9#,8{{7,8,9}}}}-{{{_COUNTIES}-{_COUNTY_NUMBER},{_CITY}}}": 1.0},
                _IRISH,
            ),
        ),
    ),
    one_look(
        "MC",
        0.04,
        "french alpine",
        without("IOQ"),
        {"{+#@#,+##@,@+##,#@##}": 1.0},
        Look(
            bands={"printed": 0.7, "none": 0.3},
            inks={NAVY: 1.0},
            strips={"sticker": 0.4, "none": 0.6},
        ),
    ),
    one_look("GBZ", 0.03, "charles_wright", without("IQ"), {"G #### @": 1.0}, _BRITISH),
    Country(
        "GBJ",
        0.1,
        ("charles_wright",),
        LETTERS,
        (
            Series(
                1.0,
                {"J {+####,+#####}": 1.0},
                Look(
                    bands={"code": 0.5, "flag": 0.3, "none": 0.2}, papers={WHITE: 0.5, YELLOW: 0.5}
                ),
            ),
        ),
    ),
    one_look(
        "GBM",
        0.07,
        "charles_wright",
        without("IOQSZ"),
        {"{@,}MN ### @": 0.6, "{MAN,@MN} {+#,+##,+###}": 0.4},
        Look(bands={"flag": 0.7, "none": 0.3}, papers={WHITE: 0.5, YELLOW: 0.5}),
    ),
)
