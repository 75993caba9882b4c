"""What is refused before any view is asked."""

import codecs
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from network.access import is_open_to_external


class Utf8Middleware:
    """Refuses what is sent in another character set than our pages are in.

    No browser does that, and of some sets that Python knows Django cannot read a form, or reads what nobody can store.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.encoding and codecs.lookup(request.encoding).name not in ("utf-8", "ascii"):
            return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return self.get_response(request)


class ExternalPeopleMiddleware:
    """Refuses an external person every view that is not marked as open to them, so a new page is closed by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponseBase | None:
        if not getattr(request.user, "is_external", False) or is_open_to_external(view):
            return None
        if request.path == "/":
            # Where everybody arrives, and where every page links to.
            return redirect("network:observer")
        raise PermissionDenied
