from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SparringConfig(AppConfig):
    name = "sparring"
    verbose_name = _("Sparring")

    def ready(self) -> None:
        from sparring import receivers  # noqa: F401  registers them
