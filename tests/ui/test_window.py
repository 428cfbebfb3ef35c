"""The real window under a display, driven by keys, with a painted picture behind it."""

import pytest
from PySide6.QtTest import QTest

pytestmark = [pytest.mark.system, pytest.mark.display]
