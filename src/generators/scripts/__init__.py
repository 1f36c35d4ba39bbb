"""The strokes of scripts that few plates have, a module each, imported when one of its characters is drawn.

A module is called as the first word of its characters' names in Unicode, in lower case: `hangul` for
"HANGUL SYLLABLE GA". Its ``shapes(char)`` returns all ways to draw a character, and raises KeyError for one that it
does not know.
"""
