"""An embedded TrackaGoat: the whole API over a seeded demo program, on loopback.

It imports nothing else of the package, so client and server can't share a mistake: a client gets
only its base URL. The module can be called: ``tgp.sandbox(seed=7)`` is
``tgp.sandbox.Sandbox(seed=7)``.
"""

import functools
import sys
from types import ModuleType
from typing import Any

from trackagoat_pandas.sandbox.faults import Faults
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.service import Sandbox

sandbox = Sandbox

__all__ = ["Faults", "Nature", "Sandbox", "sandbox"]


class _CallableModule(ModuleType):
    # The public function and this subpackage share a name: either works, whichever is found.
    @functools.wraps(Sandbox.__init__)
    def __call__(self, *args: Any, **options: Any) -> Sandbox:
        return Sandbox(*args, **options)


sys.modules[__name__].__class__ = _CallableModule
