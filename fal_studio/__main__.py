"""`python -m fal_studio` is `fal-studio`."""

import sys

from fal_studio.cli import main

if __name__ == "__main__":
    sys.exit(main())
