"""Everything that changes the store, theme by theme as the procedure tells it.

``marking`` what suppliers must mark, ``receiving`` the gate, ``ways`` what becomes of a refusal and urgent release,
``issuing`` the slip, ``placing`` what lies where, ``counting`` the stock-taking, ``property`` what customers supplied.
"""

from sanbao.materials.actions import counting, issuing, marking, placing, property, receiving, ways

__all__ = ["counting", "issuing", "marking", "placing", "property", "receiving", "ways"]
