from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    label = "finding"  # wagtail.search and modelsearch have taken the others
    verbose_name = _("Search")
