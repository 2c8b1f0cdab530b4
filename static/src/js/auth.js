// Enhancements of the hosted pages. Every page works without this file; nothing here is needed to sign in.
import { passkeys } from "./passkey.js";

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
      li.toggleAttribute("data-failed", false);
      $("[data-state]", li).textContent = ok ? ` ${list.dataset.met}` : "";
    }
    if (!$("li:not([data-ok])", list)) settle(input);
  };
  input.addEventListener("input", mark);
  if (input.value) mark(); // an empty one keeps the marks of the password that was refused
}

// An error that no longer holds goes away, at the field and in the summary.
function settle(input) {
  const error = document.getElementById(`${input.id}-error`);
  if (!error) return;
  error.remove();
  input.removeAttribute("aria-invalid");
  input.setAttribute("aria-describedby", input.getAttribute("aria-describedby").replace(error.id, "").trim());
  const entry = $(`[data-error-summary] a[href="#${input.id}"]`)?.closest("li, p");
  const summary = entry?.closest("[data-error-summary]");
  entry?.remove();
  if (summary && !$("li, p", summary)) summary.remove();
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

// Codes: digits only, so that a pasted "123 456" fits; the slot that the next digit goes to is marked.
const code = $("[data-code]");
if (code) {
  const slots = [...all("i", code.parentElement)];
  const mark = () => slots.forEach((slot, at) => slot.toggleAttribute("data-active", at === Math.min(code.selectionStart, slots.length - 1)));
  code.addEventListener("input", () => {
    const digits = code.value.replace(/\D/g, "").slice(0, 6);
    if (digits !== code.value) code.value = digits;
    mark();
  });
  for (const moved of ["focus", "click", "keyup", "select"]) code.addEventListener(moved, mark);
  code.parentElement.dataset.live = "";
  mark();
}

// A name that was typed goes along to "Forgot your password?".
const forgot = $("[data-forgot]");
forgot?.addEventListener("click", (e) => {
  const form = forgot.closest("form");
  if (e.ctrlKey || e.metaKey || e.shiftKey || !form.elements.username.value.trim()) return;
  e.preventDefault();
  form.elements.password.value = "";
  const answer = Object.assign(document.createElement("input"), { type: "hidden", name: "answer", value: "forgot" });
  form.append(answer);
  form.requestSubmit();
  answer.remove(); // the form may come back from the history
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

passkeys();
