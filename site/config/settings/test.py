"""Settings of the test run: quick hashes, mails in memory, a search index a process."""

import os
import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import INSTALLED_APPS

SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
INSTALLED_APPS = ["demo", *INSTALLED_APPS]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
_scratch = Path(tempfile.mkdtemp(prefix="dialogkorps-test-"))
MEDIA_ROOT = _scratch / "media"
EMAIL_FILE_PATH = _scratch / "mail"
SEARCH_INDEX = _scratch / f"search-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
