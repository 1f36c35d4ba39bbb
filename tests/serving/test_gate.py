"""The gate holds what it promises: so many at once, so many waiting, so long."""

import asyncio
import threading
from contextlib import ExitStack

import pytest

from src.serving.gate import Budget, Gate
from src.serving.refusal import ApiError


def test_result_and_error_pass_through() -> None:
    async def run() -> None:
        gate = Gate(1, 0, 5.0)
        assert await gate.run(lambda: 42) == 42
        with pytest.raises(ZeroDivisionError):
            await gate.run(lambda: 1 // 0)
        # Both places are free again.
        assert await gate.run(lambda: 43) == 43
        assert (gate.running, gate.waiting) == (0, 0)

    asyncio.run(run())


def test_full_queue_is_refused_and_recovers() -> None:
    async def run() -> None:
        gate, end = Gate(2, 1, 5.0), threading.Event()
        tasks = [asyncio.create_task(gate.run(end.wait)) for _ in range(3)]
        await asyncio.sleep(0.05)
        assert (gate.running, gate.waiting) == (2, 1)
        with pytest.raises(ApiError) as caught:
            await gate.run(lambda: None)
        assert caught.value.code == "busy"
        end.set()
        assert await asyncio.gather(*tasks) == [True] * 3
        assert await gate.run(lambda: 1) == 1

    asyncio.run(run())


def test_late_work_is_given_up_and_keeps_its_place() -> None:
    async def run() -> None:
        gate, end = Gate(1, 0, 0.05), threading.Event()
        with pytest.raises(ApiError) as caught:
            await gate.run(end.wait)
        assert caught.value.code == "timeout"
        with pytest.raises(ApiError) as caught:
            await gate.run(lambda: None)
        assert caught.value.code == "busy"
        end.set()
        await asyncio.sleep(0.05)
        assert await gate.run(lambda: 1) == 1

    asyncio.run(run())


def test_work_that_waits_too_long_is_never_done() -> None:
    async def run() -> None:
        gate, end, done = Gate(1, 1, 0.05), threading.Event(), []
        tasks = [asyncio.create_task(gate.run(work)) for work in (end.wait, lambda: done.append(1))]
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [getattr(result, "code", "") for result in results] == ["timeout"] * 2
        end.set()
        await asyncio.sleep(0.05)
        assert done == []
        assert (gate.running, gate.waiting) == (0, 0)

    asyncio.run(run())


def test_all_threads_at_late_work_is_hung_until_one_is_done() -> None:
    async def run() -> None:
        gate, end = Gate(2, 1, 0.05), threading.Event()
        tasks = [asyncio.create_task(gate.run(end.wait)) for _ in range(3)]
        await asyncio.sleep(0.02)
        assert not gate.hung
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [getattr(result, "code", "") for result in results] == ["timeout"] * 3
        # The third never got a thread, and is not counted.
        assert (gate.hung, gate.late) == (True, 2)
        end.set()
        await asyncio.sleep(0.05)
        assert (gate.hung, gate.late) == (False, 0)
        assert await gate.run(lambda: 1) == 1

    asyncio.run(run())


def test_budget_is_given_back() -> None:
    budget = Budget(12)
    with budget.hold("a") as take:
        take(4)
        with budget.hold("a") as other, pytest.raises(ApiError) as caught:
            other(3)
        assert caught.value.code == "busy"
        take(2)
    with budget.hold("a") as take:
        take(6)


def test_no_client_takes_all_of_the_budget() -> None:
    budget, refused = Budget(1600), []
    with ExitStack() as held:
        for client in "abcdef":
            # As much as each of them can get, over several requests.
            for _ in range(1600):
                take = held.enter_context(budget.hold(client))
                try:
                    take(1)
                except ApiError:
                    refused.append(client)
                    break
        with budget.hold("z") as take:
            take(12)
    assert refused == list("abcdef")
