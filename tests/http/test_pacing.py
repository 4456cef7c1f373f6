"""When requests may start: never more in a window than the API allows, and no sooner is lost."""

from __future__ import annotations

import gc
import threading
from collections import deque

import pytest

from tests.support.http_doubles import FakeClock, WatchedClock
from tests.support.waiting import join
from trackagoat_pandas.http.pacing import Clock, LogRegistry, RequestLog

NEVER = float("inf")


class Counter:
    """A server's sliding window: tells for each request whether it exceeds the limit."""

    def __init__(self, places: int, window_s: float, clock) -> None:
        self.places, self.window_s, self.clock = places, window_s, clock
        self.seen: deque[float] = deque()
        self.refused = 0
        self.lock = threading.Lock()

    def count(self) -> None:
        with self.lock:
            now = self.clock.monotonic()
            while self.seen and self.seen[0] <= now - self.window_s:
                self.seen.popleft()
            if len(self.seen) >= self.places:
                self.refused += 1
            else:
                self.seen.append(now)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def stop():
    return threading.Event()


def ask(log, stop, times=1):
    for _ in range(times):
        assert log.acquire(NEVER, stop) == 0
        log.release()


MINUTE = (60, 60.0)


@pytest.mark.parametrize(
    ("limit", "pauses", "requests", "seconds"),
    [
        (MINUTE, [], 60, 0),  # the first window is never paced
        (MINUTE, [], 61, 60),
        (MINUTE, [], 180, 120),
        (None, [], 500, 0),
        (None, [(7.0, True)], 3, 7),
        (MINUTE, [(7.0, False)], 60, 7),
        (MINUTE, [(7.0, True)], 11, 7 + 10 * 1.02),  # a little more than the limit apart
        ((20, 60.0), [(7.0, True)], 11, 7 + 10 * 3.06),
        (None, [(30.0, False), (1.0, False)], 1, 30),  # the longer one counts
    ],
)
def test_requests_take_as_long_as_limit_and_pauses_ask_for(
    clock, stop, limit, pauses, requests, seconds
):
    log = RequestLog(limit, clock)
    for pause_s, evenly in pauses:
        log.pause(pause_s, evenly=evenly)
    assert log.estimate_seconds(0) == 0
    assert log.estimate_seconds(requests) == pytest.approx(seconds, abs=0.01)
    ask(log, stop, requests)
    assert clock.elapsed_s == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize("requests", [1, 15, 59, 60, 61, 200])
def test_the_estimate_is_what_the_requests_then_take(clock, stop, requests):
    log = RequestLog(MINUTE, clock)
    ask(log, stop, 45)
    clock.elapsed_s += 20
    told, before = log.estimate_seconds(requests), clock.elapsed_s
    ask(log, stop, requests)
    assert clock.elapsed_s - before == pytest.approx(told, abs=0.01)


def test_a_place_that_comes_too_late_is_reported_at_once(clock, stop):
    log = RequestLog((2, 60.0), clock)
    log.acquire(NEVER, stop)  # a request under way occupies a place, too
    ask(log, stop)
    assert log.acquire(clock.monotonic() + 59, stop) == pytest.approx(60, abs=0.01)
    assert clock.waits == []


def test_a_place_is_counted_from_the_answer_not_from_the_start(clock, stop):
    log = RequestLog((1, 60.0), clock)
    log.acquire(NEVER, stop)
    clock.elapsed_s += 5
    log.release()
    ask(log, stop)
    assert clock.elapsed_s == pytest.approx(65, abs=0.01)


def test_a_place_that_is_free_is_taken_even_when_time_is_over(clock, stop):
    assert RequestLog((1, 60.0), clock).acquire(clock.monotonic() - 5, stop) == 0


def test_a_head_that_wakes_a_moment_late_takes_its_place(clock, stop):
    log = RequestLog((1, 60.0), clock)
    ask(log, stop)

    def oversleep():
        clock.elapsed_s += 0.5

    clock.on_wait = oversleep
    assert log.acquire(clock.monotonic() + 60.2, stop) == 0
    clock.on_wait = lambda: None
    log.release()
    assert log.estimate_seconds(1) == pytest.approx(60, abs=0.01)


def test_who_gave_up_leaves_the_queue(clock, stop):
    log = RequestLog((1, 60.0), clock)
    ask(log, stop)
    log.acquire(clock.monotonic(), stop)
    ask(log, stop)
    assert clock.elapsed_s == pytest.approx(60, abs=0.01)


def test_the_even_pace_ends_after_a_quiet_window(clock, stop):
    log = RequestLog((60, 60.0), clock)
    log.pause(7.0, evenly=True)
    ask(log, stop, 3)
    clock.elapsed_s += 62
    before = clock.elapsed_s
    ask(log, stop, 60)
    assert clock.elapsed_s == before


def test_a_set_stop_ends_the_wait_without_a_place(clock, stop):
    log = RequestLog((1, 60.0), clock)
    ask(log, stop)
    clock.on_wait = stop.set
    assert log.acquire(NEVER, stop) is None
    assert log.estimate_seconds(1) == pytest.approx(60, abs=0.01)


def test_a_stop_ends_the_waits_of_the_whole_queue(stop):
    clock = WatchedClock()
    log = RequestLog((1, 3600.0), clock)
    ask(log, stop)
    results: list[float | None] = []
    threads = [
        threading.Thread(target=lambda: results.append(log.acquire(NEVER, stop))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    clock.await_waits(8)
    stop.set()
    join(*threads)
    assert results == [None] * 8


def test_wake_lets_a_stopped_request_out_that_is_not_at_the_head(stop):
    clock = WatchedClock()
    log = RequestLog((1, 3600.0), clock)
    ask(log, stop)
    mine, results = threading.Event(), []
    head = threading.Thread(target=log.acquire, args=(NEVER, stop))
    head.start()
    clock.await_waits(1)
    follower = threading.Thread(target=lambda: results.append(log.acquire(NEVER, mine)))
    follower.start()
    clock.await_waits(1)
    mine.set()
    log.wake()
    join(follower)
    assert results == [None]
    stop.set()
    join(head)


def test_a_ctrl_c_in_the_queue_hands_the_turn_on(clock, stop):
    log = RequestLog((1, 60.0), clock)
    ask(log, stop)

    def interrupt():
        raise KeyboardInterrupt

    clock.on_wait = interrupt
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        log.acquire(NEVER, stop)
    clock.on_wait = lambda: None
    ask(log, stop)
    assert clock.elapsed_s == pytest.approx(60, abs=0.01)


def test_places_are_given_in_the_order_of_asking(stop):
    clock = WatchedClock()
    log = RequestLog((1, 0.05), clock)
    log.acquire(NEVER, stop)
    order: list[int] = []

    def go(number):
        log.acquire(NEVER, stop)
        order.append(number)
        log.release()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
        clock.await_waits(1)
    log.release()
    join(*threads)
    assert order == list(range(6))


def test_eight_threads_draw_no_refusal(stop):
    clock = Clock()
    places, window_s, requests = 60, 0.1, 240
    log, server = RequestLog((places, window_s), clock), Counter(places, window_s, clock)
    jobs = iter(range(requests))
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                if next(jobs, None) is None:
                    return
            log.acquire(NEVER, stop)
            server.count()
            log.release()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    join(*threads)
    assert server.refused == 0


def test_one_key_under_one_limit_has_one_log(clock):
    registry = LogRegistry()
    first = registry.log("a", (60, 60.0), clock)
    assert registry.log("a", (60, 60.0), clock) is first
    assert registry.log("b", (60, 60.0), clock) is not first


def test_a_log_outlives_its_clients_for_a_while(clock, stop):
    registry = LogRegistry()
    ask(registry.log("a", (60, 60.0), clock), stop, 60)
    gc.collect()
    assert registry.log("a", (60, 60.0), clock).estimate_seconds(1) > 59


def test_old_logs_without_clients_are_forgotten(clock):
    registry = LogRegistry()
    kept = registry.log("kept", None, clock)
    registry.log("dropped", (60, 60.0), clock).pause(99.0, evenly=False)
    for number in range(20):
        registry.log(str(number), None, clock)
    gc.collect()
    assert registry.log("kept", None, clock) is kept
    assert registry.log("dropped", (60, 60.0), clock).estimate_seconds(1) == 0
