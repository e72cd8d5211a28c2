"""Sanbao 三包: the after-sales quality system of a manufacturer."""
