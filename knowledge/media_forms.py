"""The forms of images and documents, named in the settings; apart from forms.py, which models import."""

from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from knowledge.forms import PersonalDataCheck


class ImageForm(PersonalDataCheck, BaseImageForm):
    pass


class DocumentForm(PersonalDataCheck, BaseDocumentForm):
    pass
