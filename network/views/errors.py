"""What is shown when something is not there, not allowed, or broken."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

A_FEW_WORDS = 3


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # No context: whatever broke may break again.
    return render(None, "errors/500.html", status=500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", {"texts": _written_texts(request)}, status=403)


def _written_texts(request: HttpRequest) -> list[str]:
    """What somebody wrote in a form of ours, to be copied; nothing when the form came from elsewhere."""
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return []
    texts = (str(text) for name, text in request.POST.items() if "password" not in name)
    return [text for text in texts if len(text.split()) >= A_FEW_WORDS]
