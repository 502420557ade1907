"""Serving a file of N-Quads without a project, to test what has to do with queries alone.

``python -m tests.serving.alone FILE [SECONDS [WORKERS [WAITING [FAIR]]]]`` gives its port; FAIR is
how many seconds a query may take while others are waiting.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mipex_kg.serving import pool as pool_module
from mipex_kg.serving.application import make_application
from mipex_kg.serving.fork_server import Setup
from mipex_kg.serving.host import HostCheck
from mipex_kg.serving.log import AccessLog
from mipex_kg.serving.pool import Pool, PoolLimits
from mipex_kg.serving.renewal import Served
from mipex_kg.serving.server import address_of, listen, run
from mipex_kg.serving.shortcut import Shortcut
from mipex_kg.serving.site import ServedSite
from mipex_kg.site.hosting.rules import Rules

MEMORY, MOST, ROWS = 256 << 20, 4 << 20, 50_000


def main() -> None:
    dump = Path(sys.argv[1])
    given = list(map(float, sys.argv[2:]))
    seconds, workers, waiting, pool_module._FAIR = given + [5, 4, 32, 3][len(given) :]
    setup = Setup(dump, {"": "u:"}, MEMORY, MOST, ROWS)
    pool = Pool(setup, PoolLimits(seconds, int(workers), int(waiting)))
    site = ServedSite(dump.parent, dump.parent, Rules(dump.stem, "u:", "http://127.0.0.1/"))
    listening = listen("127.0.0.1", 0)
    served = Served(site, pool, {}, {"": "u:"})
    application = make_application(served, pool)
    layers, check = AccessLog(application, "none"), HostCheck(application, None)
    shortcut = Shortcut(layers, check, application.sparql, "/sparql")
    run(shortcut, listening, lambda: print(f"Here at {address_of(listening)}/", flush=True))


if __name__ == "__main__":
    main()
