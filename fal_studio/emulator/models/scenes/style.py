"""Ways of painting: what turns a finished picture into a watercolour, an oil, pixels, ink or a poster."""

from fal_studio.emulator.models.scenes.noise import Array, Rng


def styled(picture: Array, style: str, rng: Rng) -> Array:
    """The picture in a style; film and no style are left to the finish."""
    return picture
