"""How gunicorn serves Dialogkorps; PORT and WEB_THREADS may be set in the environment."""

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
