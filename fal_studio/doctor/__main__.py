"""`python -m fal_studio.doctor`, for when the command itself does not start."""

import sys

from fal_studio.doctor import main

sys.exit(main(sys.argv[1:]))
