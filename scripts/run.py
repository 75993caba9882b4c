"""`make run`: from a fresh clone to a running site with the demonstration municipality. Standard library only.

A second run keeps all data. PORT chooses the port, DIALOGKORPS_VAR the folder of the data.
"""

import os
import socket
import subprocess
import sys
import time

from environment import ROOT, ensure, stop

HOST = "127.0.0.1"
HIGHEST_PORT = 65535


def main():
    started = time.monotonic()
    port = free_port()
    python = ensure("requirements.txt")
    os.chdir(str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    os.environ.setdefault("BASE_URL", f"http://{HOST}:{port}")
    os.environ["PORT"] = str(port)
    step("Oversætter grænsefladen", [python, "scripts/compile_catalogue.py"])
    step("Opdaterer databasen", [python, "manage.py", "migrate", "--verbosity", "0"])
    step("Indlæser Egeby Kommune", [python, "manage.py", "demo"])
    seconds = round(time.monotonic() - started)
    print(f"\nDialogkorps svarer på http://{HOST}:{port} (klar efter {seconds} s; stop med Ctrl-C)", flush=True)
    # Mails of a round wait some minutes: without this they would wait for the next change.
    subprocess.Popen([python, "scripts/postman.py"])
    os.execv(python, [python, "-m", "gunicorn"])


def free_port():
    """The port of the environment, if nobody else has it."""
    value = os.environ.get("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) <= HIGHEST_PORT:
        stop(f"PORT skal være et tal mellem 1 og {HIGHEST_PORT}, for eksempel: make run PORT=8080")
    port = int(value)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            stop(f"Port {port} kræver særlige rettigheder. Vælg en over 1023, for eksempel: make run PORT=8080")
        except OSError:
            stop(f"Port {port} er optaget. Vælg en anden, for eksempel: make run PORT={port % HIGHEST_PORT + 1}")
    return port


def step(sentence, command):
    print(f"{sentence} …", flush=True)
    if subprocess.run(command).returncode:
        stop(f"»{sentence}« lykkedes ikke. Fejlen står ovenfor; det, der var gemt, er gemt endnu.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        stop(f"Kunne ikke læse eller skrive: {error}.")
