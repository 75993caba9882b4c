"""Uploaded pictures, for installations without a web server of their own in front."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

# Documents are not among them: Wagtail serves those at /dokumenter/, where it can ask who may.
FOLDERS = {"images", "original_images", "avatar_images"}


@require_safe
@cache_control(private=True, max_age=60 * 60)
def media(request: HttpRequest, folder: str, path: str) -> HttpResponseBase:
    if folder not in FOLDERS:
        raise Http404
    # The root is the folder itself, so that no path leads out of it.
    return serve(request, path, document_root=str(Path(settings.MEDIA_ROOT) / folder))
