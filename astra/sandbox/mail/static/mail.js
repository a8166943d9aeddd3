/* New mails without a reload. Everything works without this script. */
"use strict";

async function refresh() {
  const main = document.getElementById("main");
  if (document.hidden || main.contains(document.activeElement) && document.activeElement.matches("input")) return;
  let page;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // the mailbox is away; the page stays as it is
  }
  const fresh = page.getElementById("main");
  if (!fresh || fresh.dataset.version === main.dataset.version) return;
  const before = main.querySelectorAll(".mails li").length;
  const focused = document.activeElement?.closest?.(".mails a")?.getAttribute("href");
  main.replaceWith(fresh);
  if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  const more = fresh.querySelectorAll(".mails li").length > before;
  document.getElementById("news").textContent = more ? fresh.dataset.news : "";
}

if (document.querySelector("[data-live]")) setInterval(refresh, 2000);
