"""`python -m fal_studio.emulator`."""

import sys

from fal_studio.emulator.main import main

sys.exit(main())
