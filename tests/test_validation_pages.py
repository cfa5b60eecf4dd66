"""Each published model and closed form has a page of the validation, with differences in standard errors."""

import importlib.util
import sys
from collections import namedtuple
from pathlib import Path

import pytest

FILE = Path(__file__).parent / "validation" / "claims.py"
Compared = namedtuple("Compared", "of found error expected error_expected z")
ONE = Compared("step 1", 0.5, 0.01, 0.52, 0.0, -2.0)


@pytest.fixture(scope="module")
def claims():
    spec = importlib.util.spec_from_file_location("claims_of_validation", FILE)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_closed_form_has_a_page_of_its_own_and_other_sources_have_one_for_all(claims) -> None:
    def page(source, name):
        return claims.Claim(source, name, "").page

    assert page("closed_forms", "TestOneIssue.test_memory_wrong") == "closed_forms-oneissue"
    assert page("closed_forms", "test_turbulence") == "closed_forms-turbulence"
    assert page("march1991", "TestFigure4.test_turnover") == "march1991"


@pytest.mark.medium
def test_a_page_has_figures_and_differences_and_leads_to_the_full_size(claims, tmp_path) -> None:
    gathered = claims.Claims()
    for name in ("test_first", "test_second"):
        claim = claims.Claim("march1991", name, "As published.", "March (1991).", [(ONE.of, ONE)])
        gathered.all[name] = claim
    gathered.all["exact"] = claims.Claim("closed_forms", "TestSymmetry.test_exact", "")
    made = {path.name for path in gathered.save(tmp_path)}
    assert made == {path.name for path in tmp_path.iterdir()}
    page = (tmp_path / "march1991.md").read_text()
    assert page.startswith("# march1991\n\nMarch (1991).\n")
    assert "experiments/march1991/results/verdict.md" in page
    assert page.count("| step 1 | 0.5000 | 0.0100 | 0.5200 | 0.0000 | -2.0 |") == 2
    assert "](march1991-second.png)" in page
    assert "Holds exactly." in (tmp_path / "closed_forms-symmetry.md").read_text()
    assert "[march1991](march1991.md)" in (tmp_path / "claims.md").read_text()
