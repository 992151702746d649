"""The committed figures of measures are what the reference packages make of the committed cases, today."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "crate" / "fixtures"))
import detection
import segmentation

CASES = [(script, case) for script in (segmentation, detection) for case in json.loads(script.PATH.read_text())]


@pytest.mark.parametrize(("script", "case"), CASES, ids=[case["name"] for _, case in CASES])
def test_the_reference_says_what_is_committed(script: ModuleType, case: dict) -> None:
    expected = script.expected(case)
    assert expected.keys() <= case.keys()
    for key, figures in expected.items():
        assert case[key].keys() == figures.keys()
        for name, figure in figures.items():
            # What there is no figure of is None, and compares as not a number.
            found, wanted = (np.array(value, np.float64) for value in (case[key][name], figure))
            np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12, equal_nan=True, err_msg=f"{key}: {name}")
