"""The tour: drives the real window through all five modes on the emulator, and writes down what it saw.

`fal-studio tour --out DIR` makes a picture per step and `tour.json`; it ends with 1 if a step did not show its result.
Keys and presses go in as events, as from a person; what is checked is what stands on screen.
"""
