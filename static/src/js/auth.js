// Enhancements of the hosted pages. Every page works without this file; nothing here is needed to sign in.
const $ = (sel, root = document) => root.querySelector(sel);
const all = (sel, root = document) => root.querySelectorAll(sel);

// Show or hide a password. The button is rendered `hidden` and revealed only where it can work.
for (const btn of all("[data-reveal]")) {
  const input = document.getElementById(btn.dataset.reveal);
  const status = document.getElementById(`${input.id}-status`);
  btn.hidden = false;
  const set = (shown) => {
    input.type = shown ? "text" : "password";
    btn.firstElementChild.textContent = shown ? btn.dataset.hide : btn.dataset.show;
  };
  btn.addEventListener("click", () => {
    set(input.type === "password");
    status.textContent = input.type === "text" ? btn.dataset.shown : btn.dataset.hidden;
    input.focus();
  });
  input.form.addEventListener("submit", () => set(false)); // browsers must not remember it as plain text
}

// Password rules are marked as they are met; the server has the last word. Symbols are Cognito's.
const symbol = /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+=]|\S +\S/;
const tests = {
  min: (v, n) => [...v].length >= n,
  upper: (v) => /[A-Z]/.test(v),
  lower: (v) => /[a-z]/.test(v),
  number: (v) => /[0-9]/.test(v),
  symbol: (v) => symbol.test(v),
};
for (const list of all("[data-rules]")) {
  const input = document.getElementById(list.dataset.rules);
  const mark = () => {
    for (const li of list.children) {
      const ok = tests[li.dataset.rule](input.value, Number(li.dataset.min));
      li.toggleAttribute("data-ok", ok);
      $("[data-state]", li).textContent = ok ? ` ${list.dataset.met}` : "";
    }
  };
  input.addEventListener("input", mark);
  mark();
}

// One submit at a time, with visible progress; re-armed when the page comes back from the history.
for (const form of all("form[method=post]")) {
  form.addEventListener("submit", (e) => {
    if (form.dataset.sent) return e.preventDefault();
    form.dataset.sent = "1";
    e.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    delete form.dataset.sent;
    $("[aria-busy]", form)?.removeAttribute("aria-busy");
  });
}

// Errors: move the focus to the summary, so that it is read out.
$("[data-error-summary]")?.focus();

// Codes: digits only, so that a pasted "123 456" fits.
const code = $("[data-code]");
code?.addEventListener("input", () => {
  const digits = code.value.replace(/\D/g, "").slice(0, 6);
  if (digits !== code.value) code.value = digits;
});

// Copy a key.
for (const btn of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  btn.hidden = false;
  const label = btn.lastElementChild, text = label.textContent;
  btn.addEventListener("click", async () => {
    await navigator.clipboard.writeText(btn.dataset.copy);
    label.textContent = btn.dataset.copied;
    $("#copy-status").textContent = btn.dataset.copied;
    setTimeout(() => { label.textContent = text; }, 2000);
  });
}

// Language: change at once; the button for it goes away.
const lang = $("[data-autosubmit]");
if (lang) {
  $("button", lang.form)?.remove();
  lang.addEventListener("change", () => lang.form.submit());
}
