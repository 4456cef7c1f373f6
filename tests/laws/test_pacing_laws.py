"""Whatever the latencies, no window holds more than the limit, and no free place is withheld."""

from __future__ import annotations

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.http_doubles import FakeClock
from trackagoat_pandas.http.pacing import RequestLog

WINDOW_S = 60.0
MARGIN_S = 0.01

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.floats(0, 20)),
        st.tuples(st.just("count"), st.integers(0, 9)),
        st.tuples(st.just("answer"), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.floats(0, 50)),
    ),
    max_size=120,
)


class World:
    """Requests that are sent, counted by the server and answered, in any order."""

    def __init__(self, places: int) -> None:
        self.clock, self.stop = FakeClock(), threading.Event()
        self.log = RequestLog((places, WINDOW_S), self.clock)
        self.sent: list[None] = []
        self.uncounted = 0
        self.counted_open = 0
        self.server: list[float] = []
        self.answers: list[float] = []

    def ask(self) -> float:
        late_s = self.log.acquire(self.clock.monotonic(), self.stop)
        assert late_s is not None
        if late_s == 0:
            self.uncounted += 1
        return late_s

    def count(self) -> None:
        if self.uncounted:
            self.uncounted -= 1
            self.counted_open += 1
            self.server.append(self.clock.monotonic())

    def answer(self) -> None:
        if not self.counted_open:
            self.count()
        if self.counted_open:
            self.counted_open -= 1
            self.answers.append(self.clock.monotonic())
            self.log.release()

    def busy(self) -> int:
        horizon = self.clock.monotonic() - WINDOW_S - MARGIN_S
        open_ones = self.uncounted + self.counted_open
        return open_ones + sum(stamp > horizon for stamp in self.answers)


@given(places=st.integers(1, 5), steps=STEPS)
@settings(max_examples=150, deadline=None)
def test_no_window_holds_more_than_the_limit_and_no_free_place_is_withheld(places, steps):
    world = World(places)
    for what, amount in steps:
        if what == "wait":
            world.clock.elapsed_s += amount
        elif what == "ask":
            free = world.busy() < places
            late_s = world.ask()
            assert late_s == 0 or not free
            if late_s and not world.uncounted + world.counted_open:
                # With no answer out, the place comes when it was said to.
                world.clock.elapsed_s += late_s + 1e-6
                assert world.ask() == 0
        else:
            getattr(world, what)()
    while world.uncounted:
        world.count()
    for last in world.server:
        assert sum(last - WINDOW_S < moment <= last for moment in world.server) <= places
