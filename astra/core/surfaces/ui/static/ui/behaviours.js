// Pleasant things; every page works without them.
(() => {
  const on = (event, selector, act) =>
    document.addEventListener(event, (e) => {
      const hit = e.target instanceof Element && e.target.closest(selector);
      if (hit) act(hit, e);
    });

  // A code box: copy and say so.
  on("click", "[data-copy]", async (button) => {
    const text = document.getElementById(button.dataset.copy)?.textContent?.trim() ?? "";
    const word = button.querySelector("[data-copy-word]");
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return;
    }
    const before = word.textContent;
    word.textContent = button.dataset.copied;
    setTimeout(() => { word.textContent = before; }, 2000);
  });

  // A form is sent once: a second press while it is on its way does nothing.
  on("submit", "form[method=post]", (form, e) => {
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 8000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => { delete f.dataset.sent; f.removeAttribute("aria-busy"); }));

  // A part that refreshes itself waits while somebody fills in a form inside it.
  document.addEventListener("htmx:oobBeforeSwap", (e) => {
    if (e.detail.target.querySelector("details[open] form")) e.detail.shouldSwap = false;
  });

  // What is typed shows in the preview at once.
  on("input", "[data-mirror]", (field) => {
    const target = document.getElementById(field.dataset.mirror);
    if (!target) return;
    const lines = field.value.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).filter(Boolean);
    const shown = target.dataset.lines ? lines.slice(0, Number(target.dataset.lines)).join("\n") : field.value;
    target.textContent = shown || target.dataset.empty || "";
  });
  on("change", "select[name=no_stock]", (field) => {
    const words = document.querySelectorAll("[data-no-stock]");
    words.forEach((word) => { word.hidden = word.dataset.noStock !== field.value; });
    if (words.length) document.querySelector(".box")?.classList.toggle("closed", field.value !== "wait");
  });
  const amount = (text) => {
    // As the server reads it: whatever it would refuse shows no amount.
    const bare = text.trim().replace(/^((R|US)?\$|BRL|USD|EUR|€)\s*|\s*(BRL|USD|EUR|€)$/gi, "");
    if (!/^\d[\d.,]*$/.test(bare)) return null;
    const comma = document.documentElement.lang.startsWith("pt");
    const [thousands, decimal] = comma ? [".", ","] : [",", "."];
    const plain = /^\d+\.\d{1,2}$/.test(bare) ? bare : bare.replaceAll(thousands, "").replace(decimal, ".");
    return /^\d+(\.\d{1,2})?$/.test(plain) ? Number(plain) : null;
  };
  const price = () => {
    const shown = document.getElementById("preview-price");
    const prices = [...document.querySelectorAll("[data-price]")].map((f) => amount(f.value)).filter((v) => v !== null);
    if (!shown) return;
    shown.textContent = prices.length
      ? Math.min(...prices).toLocaleString(document.documentElement.lang, { style: "currency", currency: shown.dataset.currency })
      : "…";
    document.getElementById("preview-from").hidden = new Set(prices).size < 2;
  };
  on("input", "[data-price]", price);
  if (document.getElementById("preview-price")) price();

  // The amount of a withdrawal shows in its button.
  on("input", "[data-amount-for]", (field) => {
    const value = amount(field.value);
    const word = document.getElementById(field.dataset.amountFor);
    if (word && value !== null) word.textContent = value.toLocaleString(document.documentElement.lang, { style: "currency", currency: word.dataset.currency });
  });

  // The tab of the page that is open is in sight.
  document.querySelector(".subnav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

  on("click", "[data-close]", (button) => button.closest(".toast-line")?.remove());
})();
