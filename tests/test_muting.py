"""The guard of the guards: a mark that means nothing is found out."""

import pytest


@pytest.fixture
def marked_tests(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\nmarkers = clause(id): x\n")
    pytester.makepyfile(
        """
        import pytest
        from sanbao.kernel.refusals import Refusal, refuse
        from sanbao.kernel.words import W

        @pytest.mark.clause("C-06")
        def test_that_means_its_mark():
            with pytest.raises(Refusal):
                refuse("x", W("不", "no"), clause="C-06")

        @pytest.mark.clause("C-06", "C-07")
        def test_that_only_wears_its_mark():
            assert True
        """
    )
    return pytester


def outcome(pytester: pytest.Pytester, clause: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-rs", "-p", "no:django", "-p", "tests.plugins.muting", "--mute", clause)


def test_a_clause_is_guarded_when_one_of_its_tests_fails_without_it(marked_tests: pytest.Pytester) -> None:
    result = outcome(marked_tests, "C-06")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["C-06  noticed by 1: test_that_means_its_mark"])
    assert result.ret == 0


def test_a_clause_whose_tests_do_not_miss_it_fails_the_session(marked_tests: pytest.Pytester) -> None:
    result = outcome(marked_tests, "all")
    result.stdout.fnmatch_lines(["C-07  NOTICED BY NO TEST"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_clause_once_noticed_is_not_asked_again_when_all_are_asked(marked_tests: pytest.Pytester) -> None:
    result = outcome(marked_tests, "all")
    result.stdout.fnmatch_lines(["C-06  noticed by 1: test_that_means_its_mark", "SKIPPED*C-06 was noticed"])
    result.assert_outcomes(passed=1, skipped=2)


def test_a_clause_without_any_marked_test_fails_the_session(marked_tests: pytest.Pytester) -> None:
    result = outcome(marked_tests, "Q-01")
    result.stdout.fnmatch_lines(["Q-01  NO TEST IS MARKED WITH IT"])
    assert result.ret != 0
