"""Messages that could not be delivered. Their text is private, and not even read from the database here."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.base import BaseListingView

from network.access import coordinators_only
from network.outbox.delivery import retry_given_up
from network.outbox.models import OutboxMessage
from network.outbox.tasks import deliver_outbox


@method_decorator(coordinators_only, name="dispatch")
class OutboxView(BaseListingView):
    model = OutboxMessage
    page_title = _("Messages not delivered")
    header_icon = "mail"
    index_url_name = "outbox:index"
    template_name = "network/admin/outbox.html"
    default_ordering = "-gave_up_at"
    paginate_by = 25
    columns = [
        Column("kind", label=_("Kind")),
        DateColumn("created_at", label=_("Created"), sort_key="created_at"),
        DateColumn("gave_up_at", label=_("Given up"), sort_key="gave_up_at"),
        Column("attempts", label=_("Attempts")),
        Column("last_error", label=_("Latest error")),
    ]

    def get_base_queryset(self) -> QuerySet[OutboxMessage]:
        return OutboxMessage.objects.given_up().defer("payload")


@require_POST
@coordinators_only
def retry(request: HttpRequest) -> HttpResponse:
    count = retry_given_up(now=timezone.now())
    deliver_outbox.enqueue()
    message = ngettext("One message is tried again.", "%(count)s messages are tried again.", count)
    messages.success(request, message % {"count": count})
    return redirect("outbox:index")
