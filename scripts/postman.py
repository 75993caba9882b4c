"""Plays cron for `make run`: delivers the outbox until the site that started this stops. Standard library only."""

import os
import subprocess
import sys
import time

A_YEAR = 365 * 24 * 60 * 60
LOOKS_EVERY = 1  # seconds


def main():
    site = os.getppid()
    command = [sys.executable, "manage.py", "deliver_outbox", "--stay", str(A_YEAR)]
    delivering = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while os.getppid() == site and delivering.poll() is None:
            time.sleep(LOOKS_EVERY)
    except KeyboardInterrupt:
        pass
    finally:
        delivering.terminate()
        delivering.wait()


if __name__ == "__main__":
    main()
