"""The addresses of the site, in Danish words."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

handler403 = "network.views.errors.forbidden"
handler404 = "network.views.errors.not_found"
handler500 = "network.views.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("redaktion/", include(wagtailadmin_urls)),
    path("dokumenter/", include(wagtaildocs_urls)),
    path("konto/", include("allauth.urls")),
    path("sprog/", login_not_required(set_language), name="set_language"),
    # Wagtail would show a login page of its own here.
    path(
        "_util/login/", login_not_required(RedirectView.as_view(pattern_name="account_login")), name="wagtailcore_login"
    ),
    path("", include("network.urls")),
    path("", include("knowledge.urls")),
    path("", include("sparring.urls")),
    path("", include("search.urls")),
    path("", include(wagtail_urls)),
]
