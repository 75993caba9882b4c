"""The default: one machine, SQLite, mails as files. `make run` and `manage.py` use it. DEBUG=1 shows tracebacks."""

import secrets

from .base import *  # noqa: F403
from .base import INSTALLED_APPS, VAR, env

DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
INSTALLED_APPS = ["demo", *INSTALLED_APPS]

VAR.mkdir(parents=True, exist_ok=True)
_key_file = VAR / "secret_key"
if not _key_file.exists():
    _key_file.write_text(secrets.token_urlsafe(50))
    _key_file.chmod(0o600)
SECRET_KEY = env.str("SECRET_KEY", _key_file.read_text().strip())

# No collectstatic needed: whitenoise serves from the folders themselves.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
