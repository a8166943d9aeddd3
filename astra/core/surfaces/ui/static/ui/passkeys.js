// Passkeys: between a form and the device stands the browser. webauthnJSON (of allauth, by GitHub) puts bytes into JSON and back.
(() => {
  const json = window.webauthnJSON;

  const question = async (form) => {
    if (form.dataset.passkey === "fetch") {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.problem || "");
      return told.request_options;
    }
    const told = JSON.parse(document.getElementById(form.dataset.options).textContent);
    return told.options || told.request_options;
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const problem = form.querySelector("[data-passkey-problem]");
    const button = form.querySelector("button[type=submit]");
    form.addEventListener("submit", async (e) => {
      if (form.elements.credential.value) return;
      // The form is on its way only once the device has answered.
      e.preventDefault();
      e.stopPropagation();
      problem.textContent = "";
      if (!json || !json.supported()) { problem.textContent = form.dataset.unknown; return; }
      button.disabled = true;
      try {
        const asked = await question(form);
        const given = form.dataset.passkey === "create" ? await json.create(asked) : await json.get(asked);
        form.elements.credential.value = JSON.stringify(given);
        button.disabled = false;
        form.requestSubmit();
      } catch (error) {
        problem.textContent = error instanceof DOMException ? (error.name === "SecurityError" ? form.dataset.unknown : form.dataset.gone) : error.message || form.dataset.gone;
        button.disabled = false;
      }
    });
  });
  // Coming back by the browser's own button: an answer counts once.
  addEventListener("pageshow", () => document.querySelectorAll("form[data-passkey]").forEach((form) => { form.elements.credential.value = ""; }));
})();
