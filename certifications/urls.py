from django.urls import path

from certifications.credentials import views
from certifications.verification import views as verification

app_name = "certifications"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("add/", views.add, name="add"),
    path("queue/", verification.queue, name="queue"),
    path("queue/<int:pk>/", verification.verify_period, name="verify"),
    path("for/<int:person>/", views.add_for, name="add_for"),
    path("for/<int:person>/verified/", verification.add_verified, name="add_verified"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/renew/", views.renew, name="renew"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
