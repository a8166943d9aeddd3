"""What the page of OAuth2 says: scopes in a person's words, and everything in Portuguese."""

from __future__ import annotations

SCOPE_WORDS = {
    "identify": "See your name and picture",
    "email": "See your e-mail address",
    "guilds": "See which servers you are in",
    "guilds.join": "Join servers for you",
    "guilds.members.read": "See who you are in your servers",
    "bot": "Bring its bot into a server",
    "applications.commands": "Offer commands after a slash",
    "openid": "Sign you in",
}
PT_BR = {
    "Discord sandbox": "Discord de teste",
    "Authorize an application": "Autorizar um aplicativo",
    "{name} asks to": "{name} pede para",
    "Answer as": "Responder como",
    "Server": "Servidor",
    "Authorize": "Autorizar",
    "Cancel": "Cancelar",
    "Afterwards you are led to {address}.": "Depois você vai para {address}.",
    "See your name and picture": "Ver seu nome e sua foto",
    "See your e-mail address": "Ver seu endereço de e-mail",
    "See which servers you are in": "Ver em quais servidores você está",
    "Join servers for you": "Entrar em servidores por você",
    "See who you are in your servers": "Ver quem você é nos seus servidores",
    "Bring its bot into a server": "Trazer o bot para um servidor",
    "Offer commands after a slash": "Oferecer comandos depois de uma barra",
    "Sign you in": "Fazer seu login",
    "There is no person yet. Make one first, then open this link again.": (
        "Ainda não existe nenhuma pessoa. Crie uma primeiro e abra este link de novo."
    ),
    "{name} may not bring a bot into {server}: only who manages the server may. Nothing was changed. Go back and choose again.": (
        "{name} não pode trazer um bot para {server}: só quem administra o servidor. Nada foi alterado. Volte e escolha de novo."
    ),
    "There is no application with this id. Nothing was changed. Check client_id in the link.": (
        "Não existe aplicativo com este id. Nada foi alterado. Confira o client_id no link."
    ),
    "This application has not registered the address that the link leads back to. Nothing was changed.": (
        "Este aplicativo não registrou o endereço para onde o link volta. Nada foi alterado."
    ),
}
