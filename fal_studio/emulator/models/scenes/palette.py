"""The light of a scene: sky, sun, haze and water colours for each time of day."""

from dataclasses import dataclass, replace

from fal_studio.emulator.models.scenes.colour import mix, rgb, turned
from fal_studio.emulator.models.scenes.noise import Array, Rng


@dataclass(frozen=True, slots=True)
class Light:
    """What the painter needs to know about the light."""

    zenith: Array
    upper: Array
    lower: Array
    glow: Array
    """The colour of light in the air near the sun."""
    key: Array
    """What lit sides are multiplied with."""
    ambient: Array
    """What sides turned away are multiplied with."""
    cloud: Array
    cloud_shade: Array
    haze: Array
    water: Array
    sun: Array
    sun_height: float
    """Height of the sun or moon over the horizon, in picture heights."""
    is_night: bool = False
    has_sun: bool = True
    stars: float = 0.0


def _light(
    colours: str, sun_height: float, *, is_night: bool = False, has_sun: bool = True, stars: float = 0.0
) -> Light:
    return Light(*(rgb(f"#{part}") for part in colours.split()), sun_height, is_night, has_sun, stars)  # type: ignore[misc] # eleven colours, then keywords


# zenith upper lower glow key ambient cloud cloud_shade haze water sun
TIMES: dict[str, tuple[Light, ...]] = {
    "dawn": (
        _light("5a74a8 a7a5c8 f5cfb9 ffd9b0 ffdcc0 7d84ad fbe0d6 9d93b4 dcc6cc 33506b fff3dc", 0.10),
        _light("7d9ac4 c5c3da fbe0c8 ffe3bd ffe6d0 8a92b8 fff0e4 b2a9c6 e6d6d8 486a80 fff8e8", 0.14),
    ),
    "day": (
        _light("3f7fc0 7db2de d6e9f2 fff4dc fff6e6 7f97b8 ffffff b5c3d4 c9dceb 1f5878 fffdf2", 0.46),
        _light("5a93c4 9cc3df e6eff0 fff6e0 fff8ea 8ba0ba ffffff bccad6 d6e3ea 2c6a85 fffdf2", 0.42),
        _light("2f78b4 68abd6 c8e5ec fff2d6 fff4e0 7793b4 fdfefe a9bdd0 bcd8e6 175a74 fffdf0", 0.5),
    ),
    "golden": (
        _light("4a5f92 b98fa6 f7b985 ffcf8a ffd6a0 6d6c99 fdd3ae 8d7292 e3ad92 2c4260 fff0c8", 0.11),
        _light("58689c c69bb0 f9c9a0 ffd79a ffdcae 7470a0 ffe0c4 9a7c9c e6bba6 34486a fff2d0", 0.13),
    ),
    "sunset": (
        _light("343f78 a5618c f58b62 ffb066 ffbe8c 5b5488 fba588 6b4a78 d98c80 26304f ffe6b0", 0.05),
        _light("453f7c bb6c92 fba06e ffbb70 ffc896 645a90 ffb596 7a547e dd9a88 2c3458 ffebb8", 0.07),
        _light("2b4a7a 8a7aa0 f0a878 ffc880 ffd0a0 565f90 f6b898 6a5a80 cf9c90 213a58 ffeec4", 0.06),
    ),
    "dusk": (
        _light("1f2d5c 56599a d18fa8 f2b3a4 dcb4b8 474d84 b890b0 4b4a7e 8f7ea4 1c2748 ffdcc0", 0.03),
        _light("243a68 5f78a6 c9a9b4 f0c4ac d8c0c0 4c5a88 b4a4ba 525c88 8c92b0 1d3350 ffe4c8", 0.03),
    ),
    "night": (
        _light(
            "0b1530 1b3158 3f6288 9fb8d6 9db4d6 263759 41587c 1a2743 2c4868 0a1a30 eef2ff",
            0.5,
            is_night=True,
            stars=1.0,
        ),
        _light(
            "0a1026 172a50 2f4f78 93aad4 93a8d0 232f55 37486e 161f3c 25395e 081528 f2f4ff",
            0.44,
            is_night=True,
            stars=1.0,
        ),
        _light(
            "0d1a2e 1d3c56 4a7285 a4c4cc a2bcc8 283f55 466270 1c3042 34566a 0a2032 f0f6ff",
            0.48,
            is_night=True,
            stars=0.9,
        ),
    ),
    "overcast": (
        _light(
            "8f9eae b0bbc6 d7dbdd f0ece4 e6e6e4 8992a0 e9ebec a2abb6 ccd2d6 3f5664 fbf8ee", 0.4, has_sun=False
        ),
        _light(
            "8c97a4 adb6bd dcdcd8 f2ece0 e8e6e0 8b919b ebeae6 a4a9b0 d0d2d0 42555f fbf6ea", 0.4, has_sun=False
        ),
    ),
    "storm": (
        _light(
            "262f3c 46525f 94a09f d8d4b4 c2c6bc 49525e 6f7a84 2b333e 77858a 1d2c36 f6f0d0", 0.2, has_sun=False
        ),
        _light(
            "2c2f40 4e5066 a09a9e e0ceb0 c8c2bc 4e4f62 787888 30323f 82828c 212a3a f8ecd0", 0.2, has_sun=False
        ),
    ),
}


def light_for(time: str, rng: Rng) -> Light:
    """One of the time's lights, its hues turned a little, so that no two pictures share a sky."""
    lights = TIMES[time]
    light = lights[int(rng.integers(len(lights)))]
    hue = float(rng.uniform(-0.018, 0.018))
    saturation = float(rng.uniform(0.88, 1.12))
    return recoloured(light, hue, saturation)


def recoloured(light: Light, hue: float, saturation: float) -> Light:
    """Every sky and water colour turned alike."""
    return replace(
        light,
        zenith=turned(light.zenith, hue, saturation),
        upper=turned(light.upper, hue, saturation),
        lower=turned(light.lower, hue, saturation),
        cloud=turned(light.cloud, hue, saturation),
        cloud_shade=turned(light.cloud_shade, hue, saturation),
        haze=turned(light.haze, hue, saturation),
        water=turned(light.water, hue, saturation),
    )


def veiled(light: Light, amount: float) -> Light:
    """The light through mist: distances and water take the colour of the air."""
    air = mix(light.haze, light.lower, 0.5)
    return replace(
        light,
        upper=mix(light.upper, air, amount * 0.7),
        zenith=mix(light.zenith, air, amount * 0.45),
        cloud=mix(light.cloud, air, amount * 0.6),
        cloud_shade=mix(light.cloud_shade, air, amount * 0.6),
        water=mix(light.water, air, amount * 0.35),
        key=mix(light.key, air, amount * 0.25),
        haze=air,
    )
