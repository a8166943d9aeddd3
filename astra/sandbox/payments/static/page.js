/* What a page gains by a script: copying, a countdown, and news without a reload. Everything works without it. */
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || button.dataset.before) return;
  const field = document.getElementById(button.dataset.copy);
  field.select(); // whatever happens now, the keyboard can copy it
  const said = (await copied(field.value)) ? button.dataset.done : button.dataset.selected;
  button.dataset.before = button.textContent;
  button.textContent = said;
  document.getElementById("news").textContent = said;
  setTimeout(() => {
    button.textContent = button.dataset.before;
    delete button.dataset.before;
  }, 2500);
});

/* An address that the browser does not count as safe has no clipboard, and a person may have refused it. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

function prepare() {
  for (const element of document.querySelectorAll("[data-copy]")) element.hidden = false;
  count();
}

/* The server's clock may be moved: the page counts from the seconds that it was told. */
let loaded = performance.now();
function count() {
  const passed = (performance.now() - loaded) / 1000;
  for (const element of document.querySelectorAll("[data-left]")) {
    const left = Math.max(0, Math.floor(Number(element.dataset.left) - passed));
    const hours = Math.floor(left / 3600), minutes = Math.floor(left / 60) % 60, seconds = left % 60;
    const pad = (number) => String(number).padStart(2, "0");
    element.textContent = hours ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
  }
}

async function refresh() {
  const main = document.getElementById("main");
  const busy = document.activeElement && main.contains(document.activeElement)
    && document.activeElement.matches("input:not([readonly]), select, textarea:not([readonly])");
  if (document.hidden || busy) return;
  let page;
  try {
    const answer = await fetch(location.href.replace(/[?&]did=\w+/, ""), { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // the provider is away; the page stays as it is
  }
  const fresh = page.getElementById("main");
  if (!fresh || fresh.dataset.version === main.dataset.version) return;
  const open = [...main.querySelectorAll("details[open][id]")].map((details) => details.id);
  const typed = [...main.querySelectorAll("input[id]:not([readonly])")].filter((input) => input.value !== input.defaultValue);
  main.replaceWith(fresh);
  document.title = page.title;
  for (const input of typed) if (document.getElementById(input.id)) document.getElementById(input.id).value = input.value;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  loaded = performance.now();
  prepare();
  document.getElementById("news").textContent = fresh.querySelector("[data-news]")?.textContent ?? "";
}

if (document.querySelector("[data-live]")) setInterval(refresh, 2000);
setInterval(count, 1000);
prepare();
