"""Who we are: departments, people, themes, ambassadors and the municipality itself."""

from .ambassador import Ambassador, Availability, Pause, PersonBlock
from .municipality import MunicipalitySettings
from .organisation import Department, OrgUnit
from .people_upload import PeopleUpload
from .person import Person
from .theme import Theme

__all__ = [
    "Ambassador",
    "Availability",
    "Department",
    "MunicipalitySettings",
    "OrgUnit",
    "Pause",
    "PeopleUpload",
    "Person",
    "PersonBlock",
    "Theme",
]
