// Passkeys: a button asks the browser for one, by the options that its form carries, and the form takes the answer along.
// The button is rendered hidden, and shown only where it can work.
export function passkeys() {
  for (const box of document.querySelectorAll("[data-passkey]")) {
    const form = box.closest("form"), button = form.querySelector("[data-passkey-button]"), problem = box.querySelector("[data-passkey-problem]");
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      problem.textContent = "";
      button.disabled = true;
      try {
        const options = JSON.parse(box.dataset.options);
        const answer = box.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
        box.querySelector("[name=passkey]").value = JSON.stringify(answer.toJSON());
        form.submit();
      } catch {
        problem.textContent = box.dataset.failed;
        button.disabled = false;
      }
    });
  }
}
