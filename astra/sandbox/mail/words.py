"""The pages in Portuguese. English texts name themselves; a test finds the ones that are missing here."""

PT_BR = {
    "Mailbox": "Caixa de correio",
    "Skip to content": "Pular para o conteúdo",
    "Test environment: these mails were sent to nobody.": ("Ambiente de teste: estes e-mails não foram enviados a ninguém."),
    "Every mail that the shop sends on this machine ends here.": ("Todo e-mail que a loja envia nesta máquina termina aqui."),
    "No mail yet": "Nenhum e-mail ainda",
    "Sign up, buy something or ask for a new password: the mail shows here by itself.": (
        "Cadastre-se, compre algo ou peça uma nova senha: o e-mail aparece aqui sozinho."
    ),
    "No mail for “{to}”": "Nenhum e-mail para “{to}”",
    "Look for another address, or see all mails.": "Procure outro endereço ou veja todos os e-mails.",
    "See all mails": "Ver todos os e-mails",
    "Address of the recipient": "Endereço do destinatário",
    "Search": "Buscar",
    "Empty the mailbox": "Esvaziar a caixa",
    "Mails": "E-mails",
    "1 mail": "1 e-mail",
    "{count} mails": "{count} e-mails",
    "Back to the mailbox": "Voltar para a caixa",
    "(no subject)": "(sem assunto)",
    "From": "De",
    "To": "Para",
    "Arrived": "Chegou",
    "Attachments": "Anexos",
    "Text": "Texto",
    "As the reader sees it": "Como o leitor vê",
    "The mail as HTML": "O e-mail em HTML",
    "This mail has no text.": "Este e-mail não tem texto.",
    "Links in this mail": "Links deste e-mail",
    "This mail is not here": "Este e-mail não está aqui",
    "It was removed, or the mailbox was emptied. The other mails are still here.": (
        "Ele foi removido ou a caixa foi esvaziada. Os outros e-mails continuam aqui."
    ),
    "This page did not open": "Esta página não abriu",
    "There is no such page. Nothing was changed.": "Esta página não existe. Nada foi alterado.",
    "A new mail arrived": "Chegou um e-mail novo",
    "Times of Brasília (UTC−3).": "Horários de Brasília (UTC−3).",
    "The newest {count} mails are kept.": "Os {count} e-mails mais novos ficam guardados.",
}
