"""Procedural painting: scenes from words, with NumPy and Pillow only; loaded when the first picture is asked for."""
