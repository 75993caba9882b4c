"""Reports of what the Content-Security-Policy stopped, sent by browsers."""

import json
import logging
import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

logger = logging.getLogger(__name__)

MOST_BYTES = 10_000
FIELDS = ("violated-directive", "document-uri", "blocked-uri")
FIELD_LENGTH = 200


@csrf_exempt
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        report = json.loads(body)["csp-report"]
        fields = [_without_query(str(report[name])) for name in FIELDS if name in report]
    except (ValueError, LookupError, TypeError, RecursionError):
        return HttpResponseBadRequest()
    # Escaped, each of them: a report must not be able to write a line of its own in the log.
    logger.warning("content security policy stopped something: %s", " ".join(repr(field) for field in fields))
    return HttpResponse(status=204)


def _without_query(uri: str) -> str:
    """What somebody searched for stands after the "?", and is not the log's business."""
    return re.split(r"[?#]", uri, maxsplit=1)[0][:FIELD_LENGTH]
