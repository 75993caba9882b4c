"""The narrow door of external people."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from network.access import is_open_to_external


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
