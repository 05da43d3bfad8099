from django.urls import path

from portal.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read-all/", views.read_all, name="read_all"),
    path("<int:pk>/", views.open_notice, name="open"),
    path("to-pass-on/", views.to_pass_on, name="to_pass_on"),
    path("to-pass-on/<int:pk>/", views.pass_on, name="pass_on"),
    path("delivery/", views.delivery, name="delivery"),
    path("delivery/mode/", views.change_mode, name="change_mode"),
    path("delivery/<int:pk>/again/", views.again, name="again"),
    path("delivery/account/<int:pk>/again/", views.account_mail_again, name="account_mail_again"),
]
