"""Work that is shared out gives what one process gives, and a worker that dies is named with what it was at."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from goalsheets.workers import Begin, PlainError, WorkerDiedError, ahead, aside, can_fork, processors, share_out

NAMES = [f"sheets/2025/kita/課{number}.yaml" for number in range(23)]
FATAL = 7

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system shares no work out")


def doing(work: Callable[[int], Any], names: list[str] = NAMES) -> Begin:
    """Return what begins some work that notes the name of each piece before it."""

    def begin(_: int, at: Callable[[str], None]) -> Callable[[int], Any]:
        def one(number: int) -> Any:
            at(names[number])
            return work(number)

        return one

    return begin


def shared(work: Callable[[int], Any], workers: int, names: list[str] = NAMES) -> dict[int, Any]:
    with share_out(len(names), doing(work, names), workers) as results:
        return dict(results)


def dying(death: Callable[[], object]) -> Callable[[int], int]:
    def work(number: int) -> int:
        if number == FATAL:
            death()
        return number

    return work


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.fixture(autouse=True)
def leaves_no_children() -> Iterator[None]:
    """Fail where a test leaves a process behind; those of other tests, such as a browser's, may go on."""
    before = children()
    yield
    assert children() <= before


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)
    os.close(writer)


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

    @pytest.mark.parametrize("workers", [1, 2, 3])
    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_there_may_be_fewer_pieces_than_workers(self, workers: int, count: int) -> None:
        assert shared(str, workers, NAMES[:count]) == {number: str(number) for number in range(count)}

    @pytest.mark.parametrize("workers", [1, 2, 3])
    def test_each_worker_begins_once_and_knows_its_number(self, workers: int) -> None:
        def begin(worker: int, _: Callable[[str], None]) -> Callable[[int], list[int]]:
            done: list[int] = []

            def work(number: int) -> list[int]:
                done.append(number)
                return [worker, len(done), os.getpid()]

            return work

        with share_out(len(NAMES), begin, workers) as results:
            told = dict(results)
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
        with share_out(len(NAMES), doing(lambda number: "x" * 200_000 + str(number)), 3) as results:
            number, found = next(results)
            assert found == "x" * 200_000 + str(number)
        assert open_files() == before

    def test_an_error_of_the_reader_leaves_no_child_and_no_open_pipe(self) -> None:
        before = open_files()

        def read() -> None:
            with share_out(len(NAMES), doing(abs), 2) as results:
                for found, _ in results:
                    raise KeyError(found)

        with pytest.raises(KeyError):
            read()
        assert open_files() == before

    def test_several_are_at_work_before_they_are_asked(self, pipe: tuple[int, int]) -> None:
        reader, writer = pipe
        with share_out(len(NAMES), doing(lambda _: os.write(writer, b"x")), 2):
            assert os.read(reader, 1) == b"x"

    def test_one_works_as_it_is_asked(self) -> None:
        done: list[int] = []
        with share_out(len(NAMES), doing(done.append), 1) as results:
            assert done == []
            assert [next(results), next(results)] == [(0, None), (1, None)]
            assert done == [0, 1]
        assert done == [0, 1]

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

    @pytest.mark.parametrize("workers", [1, 2, 3])
    def test_what_the_system_refuses_comes_as_it_is(self, workers: int) -> None:
        def refuse() -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as caught:
            shared(dying(refuse), workers)
        assert caught.value.errno == errno.ENOSPC

    def test_a_worker_that_cannot_be_begun_leaves_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        begun: list[int] = []

        def refuse_the_third() -> int:
            if len(begun) == 2:
                raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            begun.append(fork())
            return begun[-1]

        fork = os.fork
        monkeypatch.setattr(os, "fork", refuse_the_third)
        with pytest.raises(BlockingIOError):
            shared(str, 3)
        assert len(begun) == 2

    def test_a_result_that_is_not_plain_is_named(self) -> None:
        with pytest.raises(WorkerDiedError) as caught:
            shared(lambda number: {number}, 2)
        assert str(caught.value).startswith(f"{NAMES[0]}（TypeError('Object of type set is not JSON serializable')）")

    def test_an_error_at_the_beginning_is_told(self) -> None:
        def begin(worker: int, at: Callable[[str], None]) -> Callable[[int], int]:
            at(f"{worker}番")
            if worker:
                explode()
            return lambda number: number

        with pytest.raises(WorkerDiedError) as caught, share_out(len(NAMES), begin, 2) as results:
            list(results)
        assert str(caught.value) == (
            "1番（ValueError('壊れました')） を処理している途中で、プログラムの一部が止まりました。"
            "サイトは変えていません。"
        )

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

    @pytest.mark.parametrize("workers", [1, 2, 5])
    def test_what_is_said_in_plain_words_comes_as_it_is(self, workers: int) -> None:
        def tell() -> None:
            raise PlainError("ひな形に誤りがあります。")

        with pytest.raises(PlainError) as caught:
            shared(dying(tell), workers)
        assert str(caught.value) == "ひな形に誤りがあります。"


class TestTakingPart:
    """This process does the first share itself, and hears in between what the others did."""

    @pytest.mark.parametrize("workers", [1, 2, 3])
    @pytest.mark.parametrize("count", [0, 1, 2, 23])
    def test_the_results_are_those_of_one_process(self, workers: int, count: int) -> None:
        names = NAMES[:count]
        with share_out(count, doing(lambda number: [number, os.getpid()], names), workers, taking_part=True) as results:
            told = dict(results)
        assert [told[number][0] for number in range(count)] == list(range(count))
        mine = {number for number, (_, process) in told.items() if process == os.getpid()}
        assert mine == set(range(0, count, workers))
        assert len({process for _, process in told.values()}) == min(workers, count)

    def test_many_large_results_do_not_block(self) -> None:
        work = doing(lambda number: f"{number}" * 30_000, [str(number) for number in range(300)])
        with share_out(300, work, 3, taking_part=True) as results:
            assert dict(results) == {number: f"{number}" * 30_000 for number in range(300)}

    @pytest.mark.parametrize("fatal", [6, 7])
    def test_an_error_is_named_with_its_item(self, fatal: int) -> None:
        def work(number: int) -> None:
            if number == fatal:
                explode()

        with pytest.raises(WorkerDiedError) as caught, share_out(23, doing(work), 2, taking_part=True) as results:
            list(results)
        assert str(caught.value) == (
            f"{NAMES[fatal]}（ValueError('壊れました')） を処理している途中で、プログラムの一部が止まりました。"
            "サイトは変えていません。"
        )

    @pytest.mark.parametrize("fatal", [6, 7])
    def test_what_has_its_own_words_comes_as_it_is(self, fatal: int) -> None:
        for error in (PlainError("ひな形に誤りがあります。"), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))):

            def work(number: int, error: Exception = error) -> None:
                if number == fatal:
                    raise error

            with pytest.raises(type(error)) as caught, share_out(23, doing(work), 2, taking_part=True) as results:
                list(results)
            assert str(caught.value) == str(error)

    def test_a_sudden_death_of_another_is_named_with_its_item(self) -> None:
        work = doing(dying(SUDDEN["SIGKILL"]))
        with pytest.raises(WorkerDiedError) as caught, share_out(23, work, 2, taking_part=True) as results:
            list(results)
        assert str(caught.value).startswith(f"{NAMES[FATAL]} を処理している途中で")

    def test_a_reader_that_stops_leaves_no_open_pipe(self) -> None:
        before = open_files()
        with share_out(23, doing(lambda _: "x" * 200_000), 3, taking_part=True) as results:
            assert next(results) == (0, "x" * 200_000)
        assert open_files() == before


class TestAhead:
    def test_steps_are_done_beside_in_their_order(self, pipe: tuple[int, int]) -> None:
        reader, writer = pipe
        steps = [lambda number=number: b"%d %d" % (number, os.getpid()) for number in range(3)]
        held = lambda: os.read(reader, 1)  # noqa: E731
        with ahead([*steps, held]) as results:
            told = [result().split(b" ") for result in results[:3]]
            os.write(writer, b"x")
            assert results[3]() == b"x"
        assert [number for number, _ in told] == [b"0", b"1", b"2"]
        assert len({process for _, process in told} - {b"%d" % os.getpid()}) == 1

    def test_what_comes_of_a_step_can_be_asked_for_again_and_by_processes_that_begin_later(self) -> None:
        with ahead(["水道".encode, bytes]) as results:
            assert [result() for result in (*results, *results)] == ["水道".encode(), b""] * 2
            later = share_out(4, lambda _, __: lambda number: results[number % 2]().decode(), 2)
            with later as found:
                assert dict(found) == {0: "水道", 1: "", 2: "水道", 3: ""}

    @pytest.mark.parametrize("death", [*SUDDEN.values(), explode, sys.exit])
    def test_nothing_comes_of_a_step_that_fails_nor_of_those_after_it(self, death: Callable[[], object]) -> None:
        with ahead([lambda: b"1", lambda: bytes(str(death()), "ascii"), lambda: b"3"]) as results:
            assert [result() for result in results] == [b"1", b"", b""]

    def test_more_than_there_is_room_for_is_nothing(self) -> None:
        with ahead([lambda: bytes(1 << 23)]) as results:
            assert results[0]() == b""

    def test_one_that_is_ended_at_any_moment_gives_all_or_nothing(self, pipe: tuple[int, int]) -> None:
        reader, writer = pipe
        data = bytes(range(1, 256)) * (1 << 14)

        def step() -> bytes:
            os.write(writer, b"%20d" % os.getpid())
            return data

        given = set()
        for number in range(40):
            with ahead([step]) as results:
                process = int(os.read(reader, 20))
                time.sleep(number / 10_000)
                os.kill(process, signal.SIGKILL)
                given.add(results[0]())
        assert given <= {b"", data}

    def test_what_nobody_waits_for_is_ended(self, pipe: tuple[int, int]) -> None:
        with ahead([lambda: os.read(pipe[0], 1)]):
            pass

    def test_where_no_work_can_be_shared_out_nothing_comes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        with ahead([lambda: b"1", lambda: b"2"]) as results:
            assert [result() for result in results] == [b"", b""]


class TestAside:
    @pytest.mark.parametrize("answer", [True, False])
    def test_it_tells_what_the_work_told(self, answer: bool) -> None:
        told = aside(lambda: answer)
        assert told() is answer

    def test_it_goes_on_in_a_process_of_its_own(self, pipe: tuple[int, int]) -> None:
        reader, writer = pipe
        told = aside(lambda: os.write(writer, b"%d" % os.getpid()) > 0)
        assert int(os.read(reader, 32)) != os.getpid()
        assert told()

    @pytest.mark.parametrize("number", [errno.EPERM, errno.ENOENT, errno.ENOSPC, errno.EDQUOT, errno.ESTALE])
    def test_an_error_of_the_file_system_comes_as_it_is(self, number: int) -> None:
        def refuse() -> bool:
            raise OSError(number, os.strerror(number), "index.html")

        told = aside(refuse)
        with pytest.raises(OSError, match=os.strerror(number)) as caught:
            told()
        assert (caught.value.errno, caught.value.strerror) == (number, os.strerror(number))
        assert type(caught.value) is type(OSError(number, os.strerror(number)))

    def test_what_the_system_itself_refuses_comes_as_it_is(self, tmp_path: Path) -> None:
        told = aside(lambda: any((tmp_path / "nowhere").iterdir()))
        with pytest.raises(FileNotFoundError) as caught:
            told()
        assert caught.value.errno == errno.ENOENT

    @pytest.mark.parametrize("death", [SUDDEN["SIGKILL"], SUDDEN["SIGTERM"], explode, sys.exit])
    def test_an_end_before_its_time_is_an_error(self, death: Callable[[], object]) -> None:
        told = aside(lambda: bool(death()))
        with pytest.raises(OSError, match=os.strerror(errno.EIO)) as caught:
            told()
        assert caught.value.errno == errno.EIO

    @pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
    def test_one_that_is_ended_from_outside_is_an_error(self, pipe: tuple[int, int], sign: signal.Signals) -> None:
        reader, writer = pipe

        def wait() -> bool:
            os.write(writer, b"%d" % os.getpid())
            signal.pause()
            return True

        told = aside(wait)
        os.kill(int(os.read(reader, 32)), sign)
        with pytest.raises(OSError, match=os.strerror(errno.EIO)) as caught:
            told()
        assert caught.value.errno == errno.EIO

    @pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGHUP])
    def test_a_pressed_key_is_not_for_it(self, pipe: tuple[int, int], sign: signal.Signals) -> None:
        reader, writer = pipe
        further, go_on = os.pipe()

        def wait() -> bool:
            os.write(writer, b"%d" % os.getpid())
            return os.read(further, 1) == b"x"

        told = aside(wait)
        os.kill(int(os.read(reader, 32)), sign)
        os.write(go_on, b"x")
        assert told()
        os.close(further)
        os.close(go_on)

    def test_asking_twice_is_harmless(self, tmp_path: Path) -> None:
        told = aside(lambda: True)
        other = aside(lambda: False)
        assert [told(), other(), told(), other()] == [True, False, True, False]
        refused = aside(lambda: any((tmp_path / "nowhere").iterdir()))
        for _ in range(2):
            with pytest.raises(FileNotFoundError):
                refused()

    def test_without_processes_it_is_the_work_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        told = aside(lambda: os.getpid() == here)
        here = os.getpid()
        assert told()


class TestUsualNumber:
    def test_it_is_that_of_the_processors_this_process_may_use(self) -> None:
        allowed = os.sched_getaffinity(0)
        assert processors() == min(len(allowed), 64)
        try:
            os.sched_setaffinity(0, {min(allowed)})
            assert processors() == 1
        finally:
            os.sched_setaffinity(0, allowed)

    @pytest.mark.parametrize(("usable", "number"), [(2, 2), (64, 64), (65, 64), (200, 64)])
    def test_it_is_no_more_than_64(self, monkeypatch: pytest.MonkeyPatch, usable: int, number: int) -> None:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)))
        assert processors() == number

    def test_where_no_work_can_be_shared_out_it_is_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        assert processors() == 1
