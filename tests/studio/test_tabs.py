"""The tabs are found by themselves, in their order."""

from textreel.studio import tabs
from textreel.studio.tabs.train import MOST_POINTS, curve_points, state_html
from textreel.studio.trainings import RunState


def test_every_file_is_a_tab() -> None:
    found = tabs.found()
    assert [tab.TITLE for tab in found] == ["Make", "Direct", "Explain", "Live", "Train"]
    assert [tab.PLACE for tab in found] == sorted({tab.PLACE for tab in found})


def test_curves_are_thinned() -> None:
    rows = [{"step": step, "loss": 1.0 / (step + 1), "seconds": 2.0} for step in range(10 * MOST_POINTS)]
    points = curve_points(rows)
    assert MOST_POINTS <= len(points) <= 2 * MOST_POINTS
    assert set(points["of"]) == {"loss"}
    assert curve_points([]).empty


def test_the_words_of_a_run_are_text() -> None:
    state = RunState(name="birds", phase="training", step=1, steps=3, said="<script>x</script>", sheet=None)
    assert "<script>" not in state_html(state)
    assert 'max="3" value="1"' in state_html(state)
