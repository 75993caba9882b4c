"""People, one's own profile, and the pages that are open to all."""

from django.urls import path

from network.views import csp, media, observer, people, profile, public

app_name = "network"
urlpatterns = [
    path("korpset/", people.people, name="people"),
    path("korpset/<int:pk>/", people.person, name="person"),
    path("mig/", profile.profile, name="profile"),
    path("mig/rediger/", profile.edit_profile, name="profile_edit"),
    path("mig/tider/", profile.edit_week, name="week"),
    path("mig/pauser/ny/", profile.new_pause, name="pause_new"),
    path("mig/pauser/<int:pk>/afslut/", profile.end_pause, name="pause_end"),
    path("mig/fravalg/", profile.blocks, name="blocks"),
    path("mig/fravalg/<int:pk>/tilfoej/", profile.add_block, name="block_add"),
    path("mig/fravalg/<int:pk>/fjern/", profile.remove_block, name="block_remove"),
    path("mig/korpset/forlad/", profile.leave_corps, name="leave_corps"),
    path("mig/korpset/tilbage/", profile.return_to_corps, name="return_to_corps"),
    path("observatoer/", observer.observer, name="observer"),
    path("tilgaengelighed/", public.accessibility, name="accessibility"),
    path("privatliv/", public.privacy, name="privacy"),
    path("tema.css", public.theme_css, name="theme_css"),
    path("csp-rapport/", csp.csp_report, name="csp_report"),
    path("media/<str:folder>/<path:path>", media.media, name="media"),
]
