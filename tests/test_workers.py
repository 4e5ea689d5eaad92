"""Work that is shared out gives what one process gives, and a worker that dies is named with what it was at."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goalsheets.workers import WorkerDiedError, can_fork, share_out

NAMES = [f"sheets/2025/kita/課{number}.yaml" for number in range(23)]
FATAL = 7

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system shares no work out")


def shared(work: Callable[[int], Any], workers: int, names: list[str] = NAMES) -> dict[int, Any]:
    return dict(share_out(names, lambda _: work, workers))


def dying(death: Callable[[], object]) -> Callable[[int], int]:
    def work(number: int) -> int:
        if number == FATAL:
            death()
        return number

    return work


def no_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class TestResults:
    @pytest.mark.parametrize("workers", [1, 2, 3])
    @pytest.mark.parametrize(
        "work",
        [
            lambda number: number * number,
            lambda number: [None, {"a": [number, "漢字\n\u2028𠮷"]}, 1.5, True, ""],
            lambda number: None if number % 2 else "\udc80",
        ],
        ids=["numbers", "nested", "texts"],
    )
    def test_they_are_those_of_one_process(self, work: Callable[[int], Any], workers: int) -> None:
        assert shared(work, workers) == {number: work(number) for number in range(len(NAMES))}
        assert no_children()

    @pytest.mark.parametrize("workers", [1, 2, 3])
    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_there_may_be_fewer_pieces_than_workers(self, workers: int, count: int) -> None:
        assert shared(str, workers, NAMES[:count]) == {number: str(number) for number in range(count)}

    @pytest.mark.parametrize("workers", [1, 2, 3])
    def test_each_worker_begins_once_and_knows_its_number(self, workers: int) -> None:
        def begin(worker: int) -> Callable[[int], list[int]]:
            done: list[int] = []

            def work(number: int) -> list[int]:
                done.append(number)
                return [worker, len(done), os.getpid()]

            return work

        told = dict(share_out(NAMES, begin, workers))
        assert {number: worker for number, (worker, _, _) in told.items()} == {
            number: number % workers for number in range(len(NAMES))
        }
        assert all(count == number // workers + 1 for number, (_, count, _) in told.items())
        assert len({process for _, _, process in told.values()}) == workers
        assert (os.getpid() in {process for _, _, process in told.values()}) == (workers == 1)

    @pytest.mark.parametrize("workers", [2, 3])
    def test_many_large_results_do_not_block(self, workers: int) -> None:
        names = [str(number) for number in range(300)]
        found = shared(lambda number: f"{number}" * 30_000, workers, names)
        assert found == {number: f"{number}" * 30_000 for number in range(300)}

    def test_a_reader_that_stops_leaves_no_child_and_no_open_pipe(self) -> None:
        before = open_files()
        results = share_out(NAMES, lambda _: lambda number: "x" * 200_000 + str(number), 3)
        next(iter(results))
        results.close()  # type: ignore[attr-defined]
        assert no_children()
        assert open_files() == before

    def test_an_error_of_the_reader_leaves_no_child(self) -> None:
        def read() -> None:
            for found, _ in share_out(NAMES, lambda _: abs, 2):
                raise KeyError(found)

        with pytest.raises(KeyError):
            read()
        assert no_children()

    def test_nothing_is_printed_twice(self, capfd: pytest.CaptureFixture[str]) -> None:
        sys.stdout.write("once")
        shared(str, 3)
        sys.stdout.flush()
        assert capfd.readouterr().out == "once"


SUDDEN = {
    "SIGKILL": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "SIGTERM": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "exit 3": lambda: os._exit(3),
    "exit 0": lambda: os._exit(0),
}


def explode() -> None:
    message = "壊れました"
    raise ValueError(message)


RAISED = {
    "sys.exit": (lambda: sys.exit(0), "SystemExit(0)"),
    "an error": (explode, "ValueError('壊れました')"),
    "no memory": (lambda: bytearray(1 << 62), "MemoryError()"),
}


class TestDying:
    @pytest.mark.parametrize("workers", [2, 3])
    @pytest.mark.parametrize("death", SUDDEN)
    def test_a_sudden_death_is_named_with_its_item(self, death: str, workers: int) -> None:
        before = open_files()
        with pytest.raises(WorkerDiedError) as caught:
            shared(dying(SUDDEN[death]), workers)
        assert str(caught.value) == (
            f"{NAMES[FATAL]} を処理している途中で、プログラムの一部が止まりました。サイトは変えていません。"
        )
        assert no_children()
        assert open_files() == before

    @pytest.mark.parametrize("workers", [2, 3])
    @pytest.mark.parametrize("death", RAISED)
    def test_an_error_is_named_with_its_item(self, death: str, workers: int) -> None:
        work, words = RAISED[death]
        with pytest.raises(WorkerDiedError) as caught:
            shared(dying(work), workers)
        assert str(caught.value) == (
            f"{NAMES[FATAL]}（{words}） を処理している途中で、プログラムの一部が止まりました。サイトは変えていません。"
        )
        assert no_children()

    def test_a_result_that_is_not_plain_is_named(self) -> None:
        with pytest.raises(WorkerDiedError, match="Object of type set is not JSON serializable"):
            shared(lambda number: {number}, 2)
        assert no_children()

    def test_an_error_at_the_beginning_is_told(self) -> None:
        def begin(worker: int) -> Callable[[int], int]:
            if worker:
                explode()
            return lambda number: number

        with pytest.raises(WorkerDiedError, match="壊れました"):
            list(share_out(NAMES, begin, 2))
        assert no_children()

    def test_a_long_name_is_cut_and_does_no_harm(self) -> None:
        names = ["あ" * 400, "い" * 400]
        with pytest.raises(WorkerDiedError) as caught:
            shared(lambda _: os._exit(1), 2, names)
        words = str(caught.value)
        assert words.startswith("あ" * 160)
        assert words.endswith("を処理している途中で、プログラムの一部が止まりました。サイトは変えていません。")
        assert "\x00" not in words

    def test_with_one_worker_an_error_comes_as_it_is(self) -> None:
        with pytest.raises(ValueError, match="壊れました"):
            shared(dying(explode), 1)
