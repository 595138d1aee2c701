"""What must be true of the measurements on any machine: see ``procsem.bench.measure.checks``."""

import pytest

from procsem.bench.measure.checks import CHECKS, MeasurementFailedError, NotMeasuredError
from procsem.views import bench_text


@pytest.mark.parametrize(
    "check", [pytest.param(each, id=each.statement, marks=pytest.mark.needs_groups(*each.groups)) for each in CHECKS]
)
def test_a_check_holds(record_check, session, check):
    """A busy machine may leave a check open; it must not answer no."""
    try:
        result = check.result(session.group)
    except MeasurementFailedError as error:
        pytest.fail(str(error), pytrace=False)
    except NotMeasuredError as error:
        pytest.skip(str(error))
    record_check(result)
    assert result.holds is not False, f"{result.statement}: {bench_text.answer(result)}"
