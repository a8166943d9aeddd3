"""The operator's addresses."""

from django.urls import path

from astra.core.surfaces.backoffice.pages import audit, instances, now, parked, plans, policy, rollout, sellers, withdrawals

urlpatterns = [
    path("", now.now, name="admin_now"),
    path("saques/", withdrawals.withdrawal_list, name="admin_withdrawals"),
    path("saques/<uuid:withdrawal_id>/aprovar/", withdrawals.approve, name="admin_approve_withdrawal"),
    path("saques/<uuid:withdrawal_id>/recusar/", withdrawals.reject, name="admin_reject_withdrawal"),
    path("pagamentos-separados/", parked.parked_list, name="admin_parked"),
    path("pagamentos-separados/<uuid:payment_id>/devolver/", parked.give_back, name="admin_return_parked"),
    path("vendedores/", sellers.seller_list, name="admin_sellers"),
    path("vendedores/<uuid:seller_id>/suspender/", sellers.suspend, name="admin_suspend_seller"),
    path("vendedores/<uuid:seller_id>/retomar/", sellers.resume, name="admin_resume_seller"),
    path("vendedores/<uuid:seller_id>/titular/", sellers.let_holder_change, name="admin_free_holder"),
    path("instancias/", instances.instance_list, name="admin_instances"),
    path("instancias/<uuid:instance_id>/", instances.instance, name="admin_instance"),
    path("instancias/<uuid:instance_id>/reiniciar/", instances.restart, name="admin_restart_instance"),
    path("instancias/<uuid:instance_id>/liberar/", instances.release, name="admin_release_instance"),
    path("instancias/<uuid:instance_id>/parar/", instances.stop, name="admin_stop_instance"),
    path("instancias/<uuid:instance_id>/mover/", instances.move, name="admin_move_instance"),
    path("instancias/<uuid:instance_id>/canal/", instances.channel, name="admin_choose_channel"),
    path("instancias/versao/", rollout.begin, name="admin_begin_rollout"),
    path("instancias/versao/parar/", rollout.halt, name="admin_halt_rollout"),
    path("planos/", plans.plan_list, name="admin_plans"),
    path("planos/termos/", plans.plan_terms, name="admin_plan_terms"),
    path("planos/arquivo/", plans.archive_policy, name="admin_archive_policy"),
    path("politica/", policy.policy, name="admin_policy"),
    path("auditoria/", audit.audit, name="admin_audit"),
]
