"""The countries of Europe whose plates are drawn, and how often.

Numbers of vehicles are those of passenger cars on the roads about 2023, in millions and rounded, after Eurostat's and
the manufacturers' association's (ACEA) tables of vehicles in use, and national statistics for the countries that are
not in them. A country is drawn as often as the square root of its number: what is met most is learnt best, and small
countries are still learnt. A new country is one entry of the region's file: `one_look` where all its plates look
alike.
"""

from .balkans import BALKANS
from .centre import CENTRE
from .east import EAST
from .model import Country
from .north import NORTH
from .south import SOUTH
from .west import WEST

COUNTRIES: tuple[Country, ...] = (*WEST, *NORTH, *CENTRE, *EAST, *BALKANS, *SOUTH)
_ALL = sum(country.weight for country in COUNTRIES)
SHARES = tuple(country.weight / _ALL for country in COUNTRIES)
"""How often each is drawn; they add up to 1."""
