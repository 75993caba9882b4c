"""Which Content-Security-Policy a page is sent."""

from csp.constants import NONE, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# Wagtail's admin writes inline scripts and styles and cannot do without them.
ADMIN_DIRECTIVES = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "connect-src": [SELF],
    "object-src": [NONE],
    "frame-ancestors": [SELF],
    "report-uri": "/csp-rapport/",
}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Sends the strict policy of the settings, and Wagtail's admin the one it needs."""

    def get_policy_parts(self, request: HttpRequest, response: HttpResponse, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith(reverse("wagtailadmin_home")):
            parts.config = ADMIN_DIRECTIVES
        return parts
