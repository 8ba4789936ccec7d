"""Withdrawal: somebody's data goes, and a search proves it."""

from __future__ import annotations

from mimik.study.withdrawal.plan import WithdrawalPlan, plan_withdrawal
from mimik.study.withdrawal.search import Searched, search_outside, search_study
from mimik.study.withdrawal.withdraw import Withdrawal, recover_withdrawals, withdraw

__all__ = [
    "Searched",
    "Withdrawal",
    "WithdrawalPlan",
    "plan_withdrawal",
    "recover_withdrawals",
    "search_outside",
    "search_study",
    "withdraw",
]
