from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    label = "finding"  # wagtail.search and modelsearch have taken the others
    verbose_name = _("Search")

    def ready(self) -> None:
        from network.outbox import handlers
        from search import receivers, services  # noqa: F401  receivers registers them

        handlers.register(services.INDEX, services.refresh, merge=services.merged)
        handlers.register(services.REINDEX, services.refill)
