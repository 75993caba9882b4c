"""Who may open a view: decorators that views and the URL test share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

if TYPE_CHECKING:
    from network.models import Person

View = TypeVar("View", bound=Callable[..., Any])
# Sign-in, password and two-factor pages belong to a library; external people need them as everyone does.
OPEN_MODULES = ("allauth.", "django.views.i18n")


def person_of(request: HttpRequest) -> Person:
    """The signed-in person; every view is behind the login unless marked `login_not_required`."""
    return cast("Person", request.user)


def open_to_external(view: View) -> View:
    """Marks a view that an external observer may open."""
    view.open_to_external = True  # type: ignore[attr-defined]
    return view


def is_open_to_external(view: Callable[..., Any]) -> bool:
    return (
        getattr(view, "open_to_external", False)
        or not getattr(view, "login_required", True)
        or view.__module__.startswith(OPEN_MODULES)
    )


def _only(test: Callable[[Person], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not test(person_of(request)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast("View", checked)

    return decorate


coordinators_only = _only(lambda person: person.is_coordinator)
ambassadors_only = _only(lambda person: person.is_ambassador)
