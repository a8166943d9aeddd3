"""A mailbox that takes every mail and sends none on."""
