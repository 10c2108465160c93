"""Runs one command without its output, and prints the exit code, wall seconds, CPU seconds and the peak memory in units
of the system.

It is a separate process that imports almost nothing, since a child is briefly a copy of its parent, and its peak memory
includes that of the parent.
"""

import os
import sys
import time

nothing = os.open(os.devnull, os.O_RDWR)
actions = [(os.POSIX_SPAWN_DUP2, nothing, descriptor) for descriptor in (0, 1, 2)]
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - started
print(os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
