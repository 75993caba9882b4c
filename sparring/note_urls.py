"""The addresses of experience notes, under the names of `sparring.urls`."""

from django.urls import path

from sparring.views import notes

urlpatterns = [
    path("noter/", notes.notes, name="notes"),
    path("noter/ny/", notes.note_new, name="note_new"),
    path("noter/<int:pk>/", notes.note, name="note"),
    path("noter/<int:pk>/ret/", notes.note_edit, name="note_edit"),
    path("noter/<int:pk>/del/", notes.note_share, name="note_share"),
    path("noter/<int:pk>/traek-tilbage/", notes.note_withdraw, name="note_withdraw"),
    path("noter/<int:pk>/slet/", notes.note_delete, name="note_delete"),
    path("noter/<int:pk>/fortryd/", notes.note_restore, name="note_restore"),
]
