"""How gunicorn serves Dialogkorps; PORT and WEB_THREADS may be set in the environment."""

import gc
import os

wsgi_app = "config.wsgi:application"
pythonpath = "site"
raw_env = [f"DJANGO_SETTINGS_MODULE={os.environ.get('DJANGO_SETTINGS_MODULE', 'config.settings.development')}"]
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_worker_init(worker: object) -> None:
    """Read now what the first search would wait for, and have the garbage collector leave alone what stays: to go
    through it all took a quarter of a second now and then."""
    from search.services import warm_up  # noqa: PLC0415  (there are no settings before)

    warm_up()
    gc.collect()
    gc.freeze()
