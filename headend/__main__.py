"""`python -m headend`."""

import sys

from headend.main import main

sys.exit(main(sys.argv[1:]))
