"""A process that has imported everything and forks executors, ready in hundredths of a second.

Started by `fork.Nursery` as `python -m clusterkg.server.nursery`, on Linux; standard input is a
socket. For each socket that comes over it an executor is forked, and its pidfd goes back. There is
one thread here and no store is open, so that nothing is lost by forking.
"""

import logging
import os
import signal
import socket
import sys

from clusterkg.server import executor


def main() -> None:
    """Fork an executor whenever asked, until the front is gone."""
    executor.prepare()
    if sys.platform != "linux":
        raise SystemExit("this needs Linux")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets those that end
    with socket.socket(fileno=os.dup(0)) as asked:
        while True:
            said, ours, _, _ = socket.recv_fds(asked, 1, 1)
            if not said:
                return
            child = _forked(asked, ours[0])
            pidfd = os.pidfd_open(child)
            socket.send_fds(asked, [child.to_bytes(4, "little")], [pidfd])
            os.close(pidfd)
            os.close(ours[0])


def _forked(asked: socket.socket, ours: int) -> int:
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.dup2(ours, 0)
        os.dup2(ours, 1)
        os.close(ours)
        asked.close()
        try:
            executor.serve(parent)
        except Exception:
            logging.getLogger(__name__).exception("an executor ended")
        finally:
            os._exit(0)
    return child


if __name__ == "__main__":
    main()
