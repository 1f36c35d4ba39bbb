"""The states of Brazil: how many vehicles they have, which series of letters were theirs first, and some towns.

Sources: numbers of vehicles after the tables of the national fleet (Senatran, Frota de Veículos, 2023), in millions and
rounded; series of letters after the table of combinations by state that the traffic departments publish.
"""

import string
from dataclasses import dataclass


@dataclass(frozen=True)
class BrazilianState:
    """A state by its two letters: vehicles in millions, first and last of its own series, names of towns."""

    code: str
    vehicles: float
    first: str
    last: str
    towns: tuple[str, ...]


STATES = (
    BrazilianState(
        "SP",
        33.0,
        "BFA",
        "GKI",
        ("SAO PAULO", "CAMPINAS", "SANTOS", "GUARULHOS", "SOROCABA", "RIB. PRETO"),
    ),
    BrazilianState(
        "MG",
        13.5,
        "GKJ",
        "HOK",
        ("BELO HORIZONTE", "UBERLANDIA", "CONTAGEM", "BETIM", "JUIZ DE FORA"),
    ),
    BrazilianState(
        "PR", 8.6, "AAA", "BEZ", ("CURITIBA", "LONDRINA", "MARINGA", "CASCAVEL", "PONTA GROSSA")
    ),
    BrazilianState("RS", 8.0, "IAQ", "JDO", ("PORTO ALEGRE", "CAXIAS DO SUL", "CANOAS", "PELOTAS")),
    BrazilianState(
        "RJ",
        7.6,
        "KMF",
        "LVE",
        ("RIO DE JANEIRO", "NITEROI", "DUQUE DE CAXIAS", "CAMPOS", "PETROPOLIS"),
    ),
    BrazilianState(
        "SC", 6.2, "LWR", "MMM", ("FLORIANOPOLIS", "JOINVILLE", "BLUMENAU", "CHAPECO", "ITAJAI")
    ),
    BrazilianState(
        "BA", 5.1, "JKS", "JSZ", ("SALVADOR", "FEIRA DE SANTANA", "VIT. DA CONQUISTA", "ILHEUS")
    ),
    BrazilianState("GO", 4.6, "KAV", "KFC", ("GOIANIA", "ANAPOLIS", "RIO VERDE")),
    BrazilianState("CE", 3.8, "HTX", "HZA", ("FORTALEZA", "CAUCAIA", "SOBRAL")),
    BrazilianState("PE", 3.6, "KFD", "KME", ("RECIFE", "OLINDA", "CARUARU", "PETROLINA")),
    BrazilianState("PA", 2.6, "JTA", "JWE", ("BELEM", "ANANINDEUA", "SANTAREM", "MARABA")),
    BrazilianState("MT", 2.6, "JXZ", "KAU", ("CUIABA", "VARZEA GRANDE", "SINOP")),
    BrazilianState("ES", 2.4, "MOX", "MTZ", ("VITORIA", "VILA VELHA", "SERRA", "CARIACICA")),
    BrazilianState("DF", 2.1, "JDP", "JKR", ("BRASILIA",)),
    BrazilianState("MA", 2.1, "HOL", "HQE", ("SAO LUIS", "IMPERATRIZ")),
    BrazilianState("MS", 1.9, "HQF", "HTW", ("CAMPO GRANDE", "DOURADOS")),
    BrazilianState("PB", 1.6, "MMN", "MOW", ("JOAO PESSOA", "CAMPINA GRANDE")),
    BrazilianState("RN", 1.5, "MXH", "MZM", ("NATAL", "MOSSORO", "PARNAMIRIM")),
    BrazilianState("PI", 1.4, "LVF", "LWQ", ("TERESINA", "PARNAIBA")),
    BrazilianState("AM", 1.2, "JWF", "JXY", ("MANAUS",)),
    BrazilianState("RO", 1.2, "NBB", "NEH", ("PORTO VELHO", "JI-PARANA")),
    BrazilianState("AL", 1.1, "MUA", "MVK", ("MACEIO", "ARAPIRACA")),
    BrazilianState("SE", 1.0, "HZB", "IAP", ("ARACAJU",)),
    BrazilianState("TO", 0.9, "MVL", "MXG", ("PALMAS", "ARAGUAINA")),
    BrazilianState("AC", 0.4, "MZN", "NAG", ("RIO BRANCO",)),
    BrazilianState("RR", 0.3, "NAH", "NBA", ("BOA VISTA",)),
    BrazilianState("AP", 0.3, "NEI", "NFB", ("MACAPA",)),
)
_ALL = sum(state.vehicles for state in STATES)
SHARES = tuple(state.vehicles / _ALL for state in STATES)
"""How often each is drawn, by its vehicles; they add up to 1."""
LATER = ("NFC", "QZZ")
"""First and last of the series that states were given in small lots later on."""
NEWEST = ("RAA", "TZZ")
"""Those of new vehicles since 2020."""


def index_of(letters: str) -> int:
    """Return the place of three letters in the order of all."""
    first, second, third = (string.ascii_uppercase.index(char) for char in letters)
    return (26 * first + second) * 26 + third


def letters_at(index: int) -> str:
    """Return the three letters at a place in the order of all."""
    rest, third = divmod(index, 26)
    first, second = divmod(rest, 26)
    return "".join(string.ascii_uppercase[place] for place in (first, second, third))
