from django.utils.translation import gettext as _

from knowledge.setup import set_up_site
from network.commands import PlainCommand


class Command(PlainCommand):
    help = "Makes the page tree, the roles' permissions and the approval workflow where they are missing."

    def handle(self, *args: object, **options: object) -> None:
        home = set_up_site()
        self.stdout.write(
            _("The site is ready: %(title)s with its shelves, roles and approval.") % {"title": home.title}
        )
