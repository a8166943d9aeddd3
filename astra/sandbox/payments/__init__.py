"""A PIX payment provider that runs offline ("Banco de Areia"): API, signed webhooks, a page to pay, a panel."""
