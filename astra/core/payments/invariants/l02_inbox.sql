-- L02 no webhook is unhandled for more than 15 minutes
SELECT source, account, event_id, received_at FROM foundation_inbox_event
 WHERE handled_at IS NULL AND received_at < astra_now() - interval '15 minutes'
