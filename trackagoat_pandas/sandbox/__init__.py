"""An embedded TrackaGoat: a seeded demo program behind the whole API, on loopback.

It imports nothing else of the package, so one mistake can't be made on both sides: a client knows
it only as a base URL. The module can be called: ``tgp.sandbox(seed=7)`` is
``tgp.sandbox.Sandbox(seed=7)``.
"""

import functools
import sys
from types import ModuleType
from typing import Any

from trackagoat_pandas.sandbox.faults import Faults
from trackagoat_pandas.sandbox.service import Sandbox

sandbox = Sandbox

__all__ = ["Faults", "Sandbox", "sandbox"]


class _CallableModule(ModuleType):
    # The public function and this subpackage have one name; whichever is found first must serve.
    @functools.wraps(Sandbox.__init__)
    def __call__(self, *args: Any, **options: Any) -> Sandbox:
        return Sandbox(*args, **options)


sys.modules[__name__].__class__ = _CallableModule
