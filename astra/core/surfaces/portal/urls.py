"""The seller's addresses, in the order of the journey."""

from django.urls import include, path

from astra.core.surfaces.portal.pages import account, coupon, instance, plan, product, start, stock

urlpatterns = [
    path("", include("astra.core.surfaces.ui.urls")),
    path("comecar/", start.open_shop, name="open_shop"),
    path("conta/", account.account, name="account"),
    path("plano/", plan.plan, name="plan"),
    path("plano/teste/", plan.start_trial, name="start_trial"),
    path("instancia/", instance.instance_list, name="instances"),
    path("instancia/nova/", instance.new_instance, name="new_instance"),
    path("instancia/<uuid:instance_id>/", instance.instance, name="instance"),
    path("instancia/<uuid:instance_id>/estado/", instance.instance_state, name="instance_state"),
    path("instancia/<uuid:instance_id>/iniciar/", instance.start, name="start_instance"),
    path("instancia/<uuid:instance_id>/parar/", instance.stop, name="stop_instance"),
    path("instancia/<uuid:instance_id>/reiniciar/", instance.restart, name="restart_instance"),
    path("instancia/<uuid:instance_id>/token/", instance.new_token, name="new_token"),
    path("produtos/", product.product_list, name="products"),
    path("produtos/novo/", product.new_product, name="new_product"),
    path("produtos/<uuid:product_id>/", product.product, name="product"),
    path("produtos/<uuid:product_id>/arquivar/", product.archive, name="archive_product"),
    path("produtos/<uuid:product_id>/restaurar/", product.restore, name="restore_product"),
    path("produtos/<uuid:product_id>/estoque/", stock.stock, name="stock"),
    path("cupons/", coupon.coupon_list, name="coupons"),
    path("cupons/<uuid:coupon_id>/", coupon.switch, name="switch_coupon"),
    # until their stages land
    path("", plan.plan, name="home"),
    path("publicacao/", plan.plan, name="publications"),
    path("pedidos/", plan.plan, name="orders"),
    path("entregas/", plan.plan, name="deliveries"),
    path("carteira/", plan.plan, name="wallet"),
]
