"""The arithmetic of figures, held against numbers worked out by hand."""

import json
import math

import pytest

from textreel.evaluation.figures import Report, Result, median_figure, share_figure, wilson_interval


def test_the_interval_of_a_share_is_wilsons() -> None:
    low, high = wilson_interval(8, 10)
    assert low == pytest.approx(0.4902, abs=1e-4) and high == pytest.approx(0.9433, abs=1e-4)


@pytest.mark.parametrize(("right", "n"), [(0, 5), (5, 5), (1, 1000)])
def test_the_interval_lies_within_0_and_1_and_holds_the_share(right: int, n: int) -> None:
    low, high = wilson_interval(right, n)
    assert 0 <= low <= right / n <= high <= 1 and low < high


def test_a_share_of_nothing_is_no_number() -> None:
    figure = share_figure("seen/all", 0, 0)
    assert math.isnan(figure.value) and (figure.low, figure.high) == (0.0, 1.0)


def test_a_median_tells_its_range() -> None:
    figure = median_figure("film", [3.0, 1.0, 9.0], "s")
    assert (figure.value, figure.low, figure.high, figure.n) == (3.0, 1.0, 9.0, 3)


def test_a_report_is_plain_data() -> None:
    result = Result(metric="latency", figures=(median_figure("film", [1.0], "s"),), method="one run")
    report = Report(
        model="m", weights_hash="0", version="0", films=2, seed=0, machine="any", results=(result,)
    )
    document = report.to_dict()
    assert document == json.loads(json.dumps(document))
    assert document["results"][0]["figures"][0]["value"] == 1.0
