"""Charges, the payments that reach them, refunds, payouts: knows no order, no plan, no screen."""
