"""The README states what was measured."""

import pytest

from benchmarks.readme import BEGIN, END, RESULTS, ROOT, figures, with_figures


def test_the_readme_shows_the_figures_of_the_results():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_figures(text, figures(RESULTS)) == text, "python -m benchmarks.readme"


def test_only_figures_are_replaced():
    before = f"a\n{BEGIN}\nold\n{END}\nb"
    assert with_figures(before, "new \\1\n") == f"a\n{BEGIN}\nnew \\1\n{END}\nb"


@pytest.mark.parametrize("text", ["", f"{BEGIN}\n{END}\n{BEGIN}\n{END}", f"{END}\n{BEGIN}\n"])
def test_a_text_without_one_place_for_figures_is_refused(text):
    with pytest.raises(ValueError, match="no one place"):
        with_figures(text, "new\n")
