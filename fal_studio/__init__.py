"""fal Studio: a desktop playground for models hosted on fal."""

__version__ = "0.1.0"
