from django.urls import path

from sparring.views import rounds

urlpatterns = [
    path("sparring/forslag/<int:pk>/svar/", rounds.answer, name="answer"),
    path("sparring/med-igen/", rounds.come_back, name="come_back"),
    path("sparring/runder/", rounds.rounds, name="rounds"),
    path("sparring/runder/planlaeg/", rounds.plan_rounds, name="plan_rounds"),
    path("sparring/runder/dan/<int:slot_id>/", rounds.make_round, name="make_round"),
    path("sparring/runder/<int:pk>/", rounds.round, name="round"),
    path("sparring/runder/<int:pk>/publicer/", rounds.publish_round, name="publish_round"),
    path("sparring/runder/<int:pk>/fortryd/", rounds.undo_publishing, name="undo_publishing"),
    path("sparring/runder/<int:pk>/reparer/", rounds.repair_round, name="repair_round"),
    path("sparring/runder/<int:pk>/par/", rounds.wish_for_pair, name="wish_for_pair"),
    path("sparring/runder/par/<int:pk>/ophaev/", rounds.drop_wish, name="drop_wish"),
    path("sparring/runder/<int:pk>/kasser/", rounds.discard_round, name="discard_round"),
]
