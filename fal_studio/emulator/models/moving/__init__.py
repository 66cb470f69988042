"""Clips: a painted still that breathes; NumPy, Pillow and PyAV, loaded when the first clip is asked for."""
