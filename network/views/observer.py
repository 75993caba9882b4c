"""The start page of an external observer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from network.access import open_to_external, person_of


@open_to_external
def observer(request: HttpRequest) -> HttpResponse:
    if not person_of(request).is_external:
        return redirect("sparring:my_day")
    return render(request, "network/observer.html")
