"""However processes share a key, no window holds more than the limit, and none is held up."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.http.test_shared_quota import Machine

WINDOW_S = 60.0
MARGIN_S = 0.01
PROCESSES = 3
WHO = st.integers(0, PROCESSES - 1)

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), WHO),
        st.tuples(st.just("ask"), WHO),
        st.tuples(st.just("count"), WHO),
        st.tuples(st.just("answer"), WHO),
        st.tuples(st.just("kill"), WHO),
        st.tuples(st.just("set_clock"), st.integers(-50, 50)),
        st.tuples(st.just("wait"), st.floats(0, 50)),
        st.tuples(st.just("wait"), st.sampled_from([0.5, 1.0, WINDOW_S + 1])),
    ),
    max_size=80,
)


class World:
    """Processes that send requests of one key, which the server counts and answers in any order.

    The server may count the requests of a killed process until that is found to be dead.
    """

    def __init__(self, folder: Path, places: int) -> None:
        self.places, self.machine = places, Machine(folder)
        self.clock = self.machine.clock
        self.logs = [self.machine.process((places, WINDOW_S)) for _ in range(PROCESSES)]
        self.uncounted, self.counted = [0] * PROCESSES, [0] * PROCESSES
        self.server: list[float] = []
        self.answers: list[float] = []

    def ask(self, who: int) -> None:
        free = self.busy() < self.places
        late_s = self.logs[who].acquire(self.clock.monotonic(), self.machine.stop)
        assert late_s is not None
        assert late_s == 0 or not free
        self.uncounted[who] += late_s == 0

    def count(self, who: int) -> None:
        if self.uncounted[who]:
            self.uncounted[who] -= 1
            self.counted[who] += 1
            self.server.append(self.clock.monotonic())

    def answer(self, who: int) -> None:
        if not self.counted[who]:
            self.count(who)
        if self.counted[who]:
            self.counted[who] -= 1
            self.answers.append(self.clock.monotonic())
            self.logs[who].release()

    def kill(self, who: int) -> None:
        while self.uncounted[who]:
            self.count(who)
        # Found dead at the latest when somebody asks a moment later.
        self.machine.running.remove(self.logs[who].pid)
        self.logs[who] = self.machine.process((self.places, WINDOW_S))
        self.clock.elapsed_s += 1
        self.logs[who].usage()
        self.answers += [self.clock.monotonic()] * self.counted[who]
        self.counted[who] = 0

    def set_clock(self, hours: int) -> None:
        self.machine.set_clock(hours)

    def wait(self, seconds: float) -> None:
        self.clock.elapsed_s += seconds

    def busy(self) -> int:
        horizon = self.clock.monotonic() - WINDOW_S - MARGIN_S
        return sum(self.uncounted + self.counted) + sum(one > horizon for one in self.answers)


@given(places=st.integers(1, 5), steps=STEPS)
@settings(max_examples=100, deadline=None)
def test_no_window_of_several_processes_holds_more_than_the_limit(places, steps):
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), places)
        for what, given_ in steps:
            getattr(world, what)(given_)
        for who in range(PROCESSES):
            while world.uncounted[who]:
                world.count(who)
        for last in world.server:
            assert sum(last - WINDOW_S < moment <= last for moment in world.server) <= places
