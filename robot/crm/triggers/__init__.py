"""Triggers: what happens in a CRM or in the calendar and starts a call.

Rules are pure (`rules`), read from a file of the company's (`reading`); `worker` looks at the CRMs and the meetings and
turns what fits a rule into a task of the queue, once for each happening (`ports`).
"""
