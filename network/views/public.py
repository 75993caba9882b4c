"""What anybody may read without signing in."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language

from network.models import MunicipalitySettings

# The law asks for a new look at the statement every year. Change the day when it has been done.
ACCESSIBILITY_ASSESSED_ON = date(2026, 11, 16)
PRIVACY_CHANGED_ON = date(2026, 11, 16)
ONE_YEAR = 60 * 60 * 24 * 365


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    next_on = ACCESSIBILITY_ASSESSED_ON.replace(year=ACCESSIBILITY_ASSESSED_ON.year + 1)
    context = {"text": _text("accessibility"), "assessed_on": ACCESSIBILITY_ASSESSED_ON, "next_on": next_on}
    return render(request, "network/accessibility.html", context)


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "network/privacy.html", {"text": _text("privacy"), "changed_on": PRIVACY_CHANGED_ON})


@login_not_required
def theme_css(request: HttpRequest) -> HttpResponse:
    """The municipality's colours as custom properties."""
    municipality = MunicipalitySettings.for_request(request)
    properties = "".join(f"--{name}:{colour};" for name, colour in municipality.colours.items())
    response = HttpResponse(f":root{{{properties}}}", content_type="text/css; charset=utf-8")
    if request.GET.get("v") == municipality.colour_version:
        patch_cache_control(response, public=True, max_age=ONE_YEAR, immutable=True)
    else:
        # An address of other colours than these must not be remembered with them.
        patch_cache_control(response, no_cache=True)
    return response


def _text(name: str) -> str:
    """A long text is a template of its own in each language, so that a lawyer can read it as one piece."""
    return f"network/{name}/{get_language()}.html"
