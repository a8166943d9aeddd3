"""The pages in Portuguese. English texts name themselves; a test finds the ones that are missing here."""

PT_BR = {
    # every page
    "Skip to content": "Pular para o conteúdo",
    "Test environment: no money here is real.": "Ambiente de teste: nenhum dinheiro aqui é de verdade.",
    "Times of Brasília (UTC−3).": "Horários de Brasília (UTC−3).",
    "A PIX provider that runs on this machine, for trying things out.": ("Um provedor de PIX que roda nesta máquina, para experimentar."),
    "Sections": "Seções",
    "Overview": "Visão geral",
    "Charges": "Cobranças",
    "Payouts": "Saques",
    "Statement": "Extrato",
    "Webhooks": "Webhooks",
    "Settings": "Ajustes",
    "Pages": "Páginas",
    "Page {number} of {last}": "Página {number} de {last}",
    "Newer": "Mais novas",
    "Older": "Mais antigas",
    "See all": "Ver tudo",
    "Actions": "Ações",
    "State": "Estado",
    "Amount": "Valor",
    "Reference": "Referência",
    "This page did not open": "Esta página não abriu",
    "There is no such page. Nothing was changed.": "Esta página não existe. Nada foi alterado.",
    "Go to the overview": "Ir para a visão geral",
    # overview
    "Account": "Conta",
    "Balance": "Saldo",
    "the sum of the statement": "a soma do extrato",
    "On its way out": "A caminho de sair",
    "promised to payouts and refunds": "prometido a saques e devoluções",
    "Waiting for payment": "Aguardando pagamento",
    "1 charge": "1 cobrança",
    "{count} charges": "{count} cobranças",
    "Webhooks go to": "Webhooks vão para",
    "nowhere yet: set the address in Settings": "nenhum lugar ainda: informe o endereço em Ajustes",
    "Everything behaves well.": "Tudo se comporta bem.",
    "Knobs turned: {count}.": "Ajustes fora do normal: {count}.",
    "Newest charges": "Cobranças mais recentes",
    "Newest payouts": "Saques mais recentes",
    # a code that was copied
    "Pay a PIX": "Pagar um PIX",
    "Paste the PIX code": "Cole o código PIX",
    "Open the charge": "Abrir a cobrança",
    "The copy-and-paste code that the shop gave you. You see the amount before you pay.": (
        "O copia e cola que a loja deu a você. Você vê o valor antes de pagar."
    ),
    "This code opened no charge": "Este código não abriu nenhuma cobrança",
    "This is no PIX code: such a code begins with 000201. Nothing was paid.": (
        "Isto não é um código PIX: ele começa com 000201. Nada foi pago."
    ),
    "This code is cut short or was changed on the way. Nothing was paid. Copy it again, whole.": (
        "Este código está cortado ou foi alterado no caminho. Nada foi pago. Copie de novo, inteiro."
    ),
    "No charge here has this code. Nothing was paid. It may belong to another bank, or this one began anew.": (
        "Nenhuma cobrança daqui tem este código. Nada foi pago. Ele pode ser de outro banco, ou este recomeçou do zero."
    ),
    # lists
    "Made at": "Criada",
    "Asked at": "Pedido",
    "When": "Quando",
    "To": "Para",
    "Paid": "Pago",
    "Entry": "Lançamento",
    "Balance after": "Saldo depois",
    "Event": "Aviso",
    "Tries": "Tentativas",
    "Open to pay": "Abrir para pagar",
    "Search": "Buscar",
    "Search by reference, id or code": "Buscar por referência, id ou código",
    "Reference, id or code": "Referência, id ou código",
    "Search looks at reference, id and code.": "A busca olha referência, id e código.",
    "Nothing found for “{query}”": "Nada encontrado para “{query}”",
    "No charge yet": "Nenhuma cobrança ainda",
    "Buy something in the shop: its charge appears here by itself.": ("Compre algo na loja: a cobrança aparece aqui sozinha."),
    "No payout yet": "Nenhum saque ainda",
    "When the shop sends money to a PIX key, it appears here.": ("Quando a loja enviar dinheiro para uma chave PIX, ele aparece aqui."),
    "No movement yet": "Nenhum lançamento ainda",
    "Payments, refunds, payouts and fees appear here, line by line.": (
        "Pagamentos, devoluções, saques e tarifas aparecem aqui, linha por linha."
    ),
    "No webhook yet": "Nenhum webhook ainda",
    "Every notice to the shop appears here, with all its tries.": ("Cada aviso à loja aparece aqui, com todas as tentativas."),
    "CPF": "CPF",
    "CNPJ": "CNPJ",
    "E-mail": "E-mail",
    "Phone": "Telefone",
    "Random key": "Chave aleatória",
    "Payment received": "Pagamento recebido",
    "Refund": "Devolução",
    "Payout": "Saque",
    "Provider's fee": "Tarifa do provedor",
    "Deposit": "Depósito",
    "Settle": "Concluir",
    "Let it fail": "Fazer falhar",
    "Send it back": "Devolver",
    "Send again": "Enviar de novo",
    "by itself at {when}": "sozinho às {when}",
    "next at {when}": "próxima às {when}",
    "the receiving bank refused it": "o banco de destino recusou",
    "the receiving bank sent it back": "o banco de destino devolveu",
    "the key belongs to somebody else": "a chave é de outra pessoa",
    "no answer": "sem resposta",
    "none": "nenhuma",
    "copy {number}": "cópia {number}",
    # one charge
    "Charge": "Cobrança",
    "Description": "Descrição",
    "No description": "Sem descrição",
    "Identifier": "Identificador",
    "Expires at": "Vence",
    "Open the payer's page": "Abrir a página do pagador",
    "Cancel the charge": "Cancelar a cobrança",
    "Webhooks about it": "Webhooks sobre ela",
    "Payments": "Pagamentos",
    "Refunds": "Devoluções",
    "Fee {amount}": "Tarifa {amount}",
    "No fee": "Sem tarifa",
    "Bank takes it back (MED)": "Banco devolve à força (MED)",
    "What happened so far": "O que já aconteceu",
    "Charge made": "Cobrança criada",
    "Paid {amount}": "Pago {amount}",
    "Paid again: {amount}": "Pago de novo: {amount}",
    "Expired": "Venceu",
    "Cancelled by the shop": "Cancelada pela loja",
    "Refunded {amount}": "Devolvido {amount}",
    "Refunding {amount}": "Devolvendo {amount}",
    "Refund of {amount} failed": "A devolução de {amount} falhou",
    "The shop was told": "A loja foi avisada",
    "Telling the shop": "Avisando a loja",
    "Telling the shop: try {number}": "Avisando a loja: tentativa {number}",
    "The shop did not answer": "A loja não respondeu",
    "The shop was not told: no address is set": "A loja não foi avisada: não há endereço",
    "The notice to the shop was lost on purpose": "O aviso à loja foi perdido de propósito",
    "Answer {status}": "Resposta {status}",
    # the payer's page
    "Pay {amount}": "Pagar {amount}",
    "Pay anyway: {amount}": "Pagar mesmo assim: {amount}",
    "QR code of this charge": "QR code desta cobrança",
    "Copy and paste code": "Código copia e cola",
    "Copy": "Copiar",
    "Copied": "Copiado",
    "Selected: now copy it": "Selecionado: agora copie",
    "Time left": "Faltam",
    "{minutes} min": "{minutes} min",
    "Refresh": "Atualizar",
    "In real life you would open your bank's app and read the code. Here one button does it.": (
        "Na vida real você abriria o app do banco e leria o código. Aqui um botão faz isso."
    ),
    "Open this charge in the panel": "Abrir esta cobrança no painel",
    "Payment confirmed": "Pagamento confirmado",
    "{paid} was paid instead of {asked}.": "Foi pago {paid} em vez de {asked}.",
    "The shop was told at {when}.": "A loja foi avisada às {when}.",
    "The shop is being told.": "A loja está sendo avisada.",
    "The shop has not been told.": "A loja não foi avisada.",
    "Now go back to the window with Discord, or to the page that you came from: it changes by itself.": (
        "Agora volte à janela do Discord, ou à página de onde você veio: ela muda sozinha."
    ),
    "Go back to the window with Discord all the same: the shop has to find this payment by itself.": (
        "Volte à janela do Discord mesmo assim: a loja precisa achar este pagamento sozinha."
    ),
    "Paid amount": "Valor pago",
    "Paid at": "Pago às",
    "Given back": "Devolvido",
    "Payment": "Pagamento",
    "This code expired": "Este código venceu",
    "It was good until {when}. Nothing was paid.": "Valia até {when}. Nada foi pago.",
    "This charge was cancelled": "Esta cobrança foi cancelada",
    "The money went back": "O dinheiro voltou",
    "The shop returned the whole payment.": "A loja devolveu o pagamento inteiro.",
    "Part of the money went back": "Parte do dinheiro voltou",
    "The shop keeps the rest.": "O resto ficou com a loja.",
    "Banks let this happen: the payer had the code open before it expired. The shop has to deal with it.": (
        "Os bancos deixam isso acontecer: o pagador já tinha aberto o código. A loja precisa lidar com isso."
    ),
    "Other situations, for trying things out": "Outras situações, para experimentar",
    "Pay another amount": "Pagar outro valor",
    "The payer types the amount wrong. The shop must not deliver.": "O pagador erra o valor. A loja não pode entregar.",
    "Amount in reais": "Valor em reais",
    "Pay this amount": "Pagar este valor",
    "Pay twice": "Pagar duas vezes",
    "Pay again": "Pagar de novo",
    "The payer's app sent it twice. The shop should give the second payment back.": (
        "O app do pagador enviou duas vezes. A loja deve devolver o segundo pagamento."
    ),
    # settings
    "Where webhooks go": "Para onde vão os webhooks",
    "Address of the shop": "Endereço da loja",
    "Empty: notices stay in the log and nobody is told.": "Vazio: os avisos ficam no registro e ninguém é avisado.",
    "Save the address": "Guardar o endereço",
    "The provider's clock": "Relógio do provedor",
    "Hours ahead of real time": "Horas à frente do tempo real",
    "Here it is now": "Aqui agora é",
    "192 hours are 8 days.": "192 horas são 8 dias.",
    "Move the clock": "Mover o relógio",
    "How the provider behaves": "Como o provedor se comporta",
    "Save": "Guardar",
    "Behave well again": "Voltar ao normal",
    "Payouts and refunds": "Saques e devoluções",
    "API": "API",
    "Copies": "Cópias",
    "Every notice goes out this many more times.": "Cada aviso sai mais este número de vezes.",
    "Delay (seconds)": "Atraso (segundos)",
    "Before the first try.": "Antes da primeira tentativa.",
    "Share lost": "Parte perdida",
    "0 loses none, 1 loses all. Lost notices are never sent.": ("0 não perde nenhum, 1 perde todos. O perdido nunca é enviado."),
    "Seed of chance": "Semente do acaso",
    "The same number loses the same notices.": "O mesmo número perde os mesmos avisos.",
    "Last first": "Último primeiro",
    "Notices of one moment go out in reverse order.": "Avisos do mesmo momento saem na ordem contrária.",
    "Wrong amount (centavos)": "Valor errado (centavos)",
    "Added to what is paid: −1 is one centavo too little.": "Somado ao que é pago: −1 é um centavo a menos.",
    "Fee (hundredths of a percent)": "Tarifa (centésimos de por cento)",
    "99 takes 0.99% of every payment.": "99 cobra 0,99% de cada pagamento.",
    "Late payment": "Pagamento atrasado",
    "An expired code can still be paid.": "Um código vencido ainda pode ser pago.",
    "Payment after cancelling": "Pagamento depois de cancelar",
    "A cancelled code can still be paid.": "Um código cancelado ainda pode ser pago.",
    "Payouts become": "Saques terminam",
    "“unknown” sends the money and loses the answer; “stuck” loses it too and waits for your hand.": (
        "“Sem resposta” envia o dinheiro e perde a resposta; “parados” também a perdem e esperam pela sua mão."
    ),
    "Payout settles after (seconds)": "Saque se conclui após (segundos)",
    "Long enough, and you settle it by hand.": "Com bastante tempo, você conclui à mão.",
    "Payout fee (centavos)": "Tarifa do saque (centavos)",
    "Taken when it is paid.": "Cobrada quando é pago.",
    "Refunds become": "Devoluções terminam",
    "“pending” settles after the time below.": "“Pendente” se conclui após o tempo abaixo.",
    "Refund settles after (seconds)": "Devolução se conclui após (segundos)",
    "For pending refunds.": "Para devoluções pendentes.",
    "Lost answers": "Respostas perdidas",
    "So many next writes are done, but the shop hears nothing.": ("As próximas gravações acontecem, mas a loja não fica sabendo."),
    "How the answer is lost": "Como a resposta se perde",
    "As a 504, a cut connection, or silence.": "Com 504, conexão cortada ou silêncio.",
    "Refused calls": "Chamadas recusadas",
    "So many next calls fail, and nothing is done.": "As próximas chamadas falham e nada acontece.",
    "Status of refused calls": "Código das chamadas recusadas",
    "429, or 500 to 599.": "429, ou de 500 a 599.",
    "paid": "pagos",
    "failed": "em falha",
    "returned": "devolvidos",
    "unknown": "sem resposta",
    "succeeded": "concluídas",
    "pending": "pendentes",
    "504": "504",
    "cut": "conexão cortada",
    "silence": "silêncio",
    "Saved. It holds from now on.": "Guardado. Vale a partir de agora.",
    "Everything behaves well again.": "Tudo voltou ao normal.",
    "Saved. The next webhooks go there.": "Guardado. Os próximos webhooks vão para lá.",
    "The clock was moved. What became due has happened.": "O relógio foi movido. O que venceu já aconteceu.",
    # refusals
    "This charge was cancelled, so its code takes no money. Nothing was paid.": (
        "Esta cobrança foi cancelada e o código não recebe dinheiro. Nada foi pago."
    ),
    "This code expired and takes no money now. Nothing was paid. The knob “late payment” allows it.": (
        "Este código venceu e não recebe mais dinheiro. Nada foi pago. O ajuste “Pagamento atrasado” permite."
    ),
    "This charge was paid a moment ago and cannot be cancelled any more. Nothing was changed.": (
        "Esta cobrança acabou de ser paga e não pode mais ser cancelada. Nada foi alterado."
    ),
    "Nothing is left of this payment to give back. Nothing was moved.": ("Não resta nada deste pagamento para devolver. Nada foi movido."),
    "The account holds too little for that. Nothing was moved.": "A conta não tem saldo para isso. Nada foi movido.",
    "It moved on in the meantime. Nothing was changed. Look at it again.": (
        "Isso mudou de estado nesse meio-tempo. Nada foi alterado. Olhe de novo."
    ),
    "No address for webhooks is set. The notice stays in the log. Set the address in Settings.": (
        "Não há endereço para webhooks. O aviso continua no registro. Informe o endereço em Ajustes."
    ),
    "This charge does not exist here. The link may belong to another sandbox.": (
        "Esta cobrança não existe aqui. O link pode ser de outro ambiente de teste."
    ),
    "This payout does not exist here. The link may belong to another sandbox.": (
        "Este saque não existe aqui. O link pode ser de outro ambiente de teste."
    ),
    "This refund does not exist here. The link may belong to another sandbox.": (
        "Esta devolução não existe aqui. O link pode ser de outro ambiente de teste."
    ),
    "This webhook is no longer in the log.": "Este webhook não está mais no registro.",
    "This button is unknown. Nothing was changed. Load the page again.": (
        "Este botão é desconhecido. Nada foi alterado. Carregue a página de novo."
    ),
    "This is no amount. Nothing was paid. Write it like 49,90.": ("Isto não é um valor. Nada foi pago. Escreva como 49,90."),
    "One of the values does not fit. Nothing was saved. Look at the limits beside the fields.": (
        "Um dos valores não serve. Nada foi guardado. Veja os limites ao lado dos campos."
    ),
    "One of the values does not fit. Nothing was saved.": "Um dos valores não serve. Nada foi guardado.",
    "Something went wrong. Nothing was changed.": "Algo deu errado. Nada foi alterado.",
    # cards, disputes, differences
    "Approved at once": "Aprovado na hora",
    "The holder's bank asks back (3-D Secure)": "O banco do titular pede confirmação (3-D Secure)",
    "Declined by the bank": "Recusado pelo banco",
    "Declined: no limit left": "Recusado: sem limite",
    "Declined: the card has expired": "Recusado: cartão vencido",
    "Approved now, declined when it is charged again": "Aprovado agora, recusado na próxima cobrança",
    "Approved now, asks the holder when it is charged again": "Aprovado agora, pede o titular na próxima cobrança",
    "The shop asked to keep this card for its next charges. It never sees the number.": (
        "A loja pediu para guardar este cartão para as próximas cobranças. Ela nunca vê o número."
    ),
    "This provider keeps no such card. Nothing was charged.": "Este provedor não guarda esse cartão. Nada foi cobrado.",
    "the bank wants to ask the holder": "o banco quer perguntar ao titular",
    "Go back to the shop": "Voltar para a loja",
    "Kept cards declined": "Cartões guardados recusados",
    "So many next charges of a kept card are declined.": "Tantas próximas cobranças de um cartão guardado são recusadas.",
    "Which test card pays?": "Qual cartão de teste vai pagar?",
    "In real life you would type the number of your card. Never do that here.": (
        "Na vida real você digitaria o número do seu cartão. Aqui, nunca faça isso."
    ),
    "Tries so far": "Tentativas até agora",
    "the bank refused it": "o banco recusou",
    "no limit left": "sem limite",
    "the card has expired": "cartão vencido",
    "the holder said no": "o titular não confirmou",
    "The bank of the card ending in": "O banco do cartão com final",
    "Is this purchase yours?": "Esta compra é sua?",
    "This is 3-D Secure: in real life your bank asks in its app or by a code. Here one button answers.": (
        "Isto é o 3-D Secure: na vida real, seu banco pergunta no aplicativo ou por um código. Aqui, um botão responde."
    ),
    "Yes, it is mine": "Sim, é minha",
    "No, refuse it": "Não, recusar",
    "Leaving without an answer leaves the charge open until it expires.": "Sair sem responder deixa a cobrança aberta até vencer.",
    "The holder's bank waits for an answer.": "O banco do titular aguarda uma resposta.",
    "Go to the bank": "Ir para o banco",
    "This charge expired": "Esta cobrança venceu",
    "It takes no money any more. Nothing was paid.": "Ela não recebe mais dinheiro. Nada foi pago.",
    "Card ending in {last4} did not pay": "O cartão com final {last4} não pagou",
    "Open a dispute": "Abrir uma contestação",
    "Disputes": "Contestações",
    "Dispute": "Contestação",
    "The shop wins": "A loja ganha",
    "The shop loses": "A loja perde",
    "the payer says: fraud": "o pagador diz: fraude",
    "the payer says: not received": "o pagador diz: não recebi",
    "the payer says: not as described": "o pagador diz: diferente do anunciado",
    "the payer says: paid twice": "o pagador diz: paguei duas vezes",
    "evidence until {when}, or it is lost": "provas até {when}; sem elas, está perdida",
    "the shop sent evidence": "a loja enviou provas",
    "The payer contests {amount}": "O pagador contesta {amount}",
    "The shop won: {amount} came back": "A loja ganhou: {amount} voltaram",
    "The shop lost the dispute": "A loja perdeu a contestação",
    "until you settle it": "até você concluir",
    "stuck": "parados, sem resposta",
    "Lines left out": "Lançamentos omitidos",
    "So many next lines are in the books, but the API does not tell them.": (
        "Este tanto de próximos lançamentos existe, mas a API não os conta."
    ),
    "Lines altered": "Lançamentos alterados",
    "So many next lines are told one centavo higher.": "Este tanto de próximos lançamentos sai um centavo maior.",
    "Lines invented": "Lançamentos inventados",
    "After so many next lines the API tells one that never was.": (
        "Depois de cada um deste tanto de lançamentos, a API conta um que nunca existiu."
    ),
    "Differences": "Diferenças",
    "A shop that compares its books with the provider's must find every one of them. The balance stays as it is.": (
        "Uma loja que confere suas contas com as do provedor precisa achar todas elas. O saldo continua como está."
    ),
    "The API differs from the books in {count} lines.": "A API difere das contas em {count} lançamentos.",
    "The API tells the books as they are.": "A API conta tudo como é.",
    "Invent a line": "Inventar um lançamento",
    "Take all differences back": "Desfazer as diferenças",
    "Leave it out": "Omitir",
    "Alter it": "Alterar",
    "The API leaves it out": "A API omite",
    "The API says {amount}": "A API diz {amount}",
    "Invented: the API says {amount}": "Inventado: a API diz {amount}",
    "This charge was paid a moment ago. Nothing was paid twice.": "Esta cobrança acabou de ser paga. Nada foi pago duas vezes.",
    "This charge was paid and given back. Nothing was paid.": "Esta cobrança foi paga e devolvida. Nada foi pago.",
    "This charge was paid already. Nothing was paid twice.": "Esta cobrança já foi paga. Nada foi pago duas vezes.",
    "This charge is paid by its PIX code, not by card. Nothing was paid.": (
        "Esta cobrança é paga pelo código PIX, não por cartão. Nada foi pago."
    ),
    "Only the test cards of this page are known. Nothing was paid. Choose one of them.": (
        "Só os cartões de teste desta página são conhecidos. Nada foi pago. Escolha um deles."
    ),
    "The bank no longer waits for an answer. Nothing was changed. Go back to the payment.": (
        "O banco não aguarda mais uma resposta. Nada foi alterado. Volte ao pagamento."
    ),
    "This charge was not paid. Nothing was moved.": "Esta cobrança não foi paga. Nada foi movido.",
    "There is no such line that is still told as it is. Nothing was changed.": (
        "Não há lançamento assim que ainda seja contado como é. Nada foi alterado."
    ),
    "This dispute does not exist here. The link may belong to another sandbox.": (
        "Esta contestação não existe aqui. O link pode ser de outro ambiente de teste."
    ),
}
