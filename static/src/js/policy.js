// The policy editor: what is wrong is said while one types, and actions and condition keys complete. Without this file
// the Check button does the former.
const form = document.querySelector("[data-check]");
if (form?.dataset.check) edit(form);

function edit(form) {
  const area = form.querySelector("textarea[name=document]"), result = form.querySelector("[data-result]");
  const make = (tag, attributes = {}, text = "") => { const el = document.createElement(tag); for (const [k, v] of Object.entries(attributes)) el.setAttribute(k, v); el.textContent = text; return el; };

  // What was typed is not left behind without a question; to send it, or to cancel, is no leaving.
  let unsaved = "typed" in form.dataset;
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
  form.addEventListener("click", (e) => { if (e.target.closest("a.btn") && !(e.ctrlKey || e.metaKey || e.shiftKey)) unsaved = false; });
  addEventListener("beforeunload", (e) => { if (unsaved) e.preventDefault(); });

  // Checking, once typing rests; an answer that comes late is for a text that is no longer there, and dropped.
  let asked = 0, resting;
  form.addEventListener("input", () => { clearTimeout(resting); resting = setTimeout(check, 400); });
  if (!("blank" in form.dataset)) check(); // there is nothing wrong yet with what nobody wrote
  async function check() {
    const now = ++asked, body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.check, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" }).catch(() => null);
    if (!answer?.ok || now !== asked) return;
    const found = await answer.json();
    if (now === asked) show(found);
  }
  function show({ findings, corrected, size, growth, document: text }) {
    form.querySelector("[data-size]").textContent = size;
    form.querySelector("[data-fix]").hidden = !corrected;
    const json = form.querySelector("[data-document]");
    if (json) json.textContent = text;
    const parts = [];
    if (!findings?.length) parts.push(make("p", {}, result.dataset.clean));
    else {
      const list = make("ul", { class: "findings" });
      for (const f of findings) {
        const item = make("li", { "data-tone": f.warning ? "warn" : "bad" });
        item.append(make("strong", {}, f.warning ? result.dataset.warning : result.dataset.error), " ");
        const where = area ? make("button", { class: "link num", type: "button" }, f.where) : make("span", { class: "muted num" }, f.where);
        if (area) where.addEventListener("click", () => goTo(f));
        item.append(where, " ", make("span", { dir: "auto" }, f.text));
        list.append(item);
      }
      parts.push(list);
    }
    if (growth) {
      const box = make("div", { class: "growth", "data-tone": growth.tone });
      box.append(make("p", {}, growth.text));
      if (growth.facts?.length) {
        const facts = make("dl", { class: "facts-list" });
        for (const { name, value } of growth.facts) {
          const row = make("div"), dd = make("dd");
          dd.append(make("code", { dir: "ltr" }, value));
          row.append(make("dt", {}, name), dd);
          facts.append(row);
        }
        box.append(facts);
      }
      parts.push(box);
    }
    const was = result.textContent;
    const next = make("div");
    next.append(...parts);
    if (next.textContent !== was) result.replaceChildren(...next.childNodes); // what says the same is not read out again
  }
  // Lines and columns count characters, as the server does, from 1.
  function goTo({ line, column }) {
    const lines = area.value.split("\n");
    const before = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
    const at = before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
    area.focus();
    area.setSelectionRange(at, at);
  }

  // Completing the word in quotes that the caret is in.
  const offers = form.querySelector("[data-suggestions]");
  if (!area || !offers) return;
  let words;
  area.addEventListener("input", suggest);
  async function suggest() {
    const word = /"([A-Za-z][\w-]*(?::[\w*/-]*)?)$/.exec(area.value.slice(0, area.selectionStart))?.[1];
    if (!word || word.length < 2) { offers.hidden = true; return; }
    words ??= fetch(form.dataset.words, { headers: { Accept: "application/json" }, redirect: "error" }).then((r) => r.json()).catch(() => []);
    const typed = word.toLowerCase(), all = await words;
    const first = all.filter((w) => w.toLowerCase().startsWith(typed)), more = all.filter((w) => !first.includes(w) && w.toLowerCase().includes(typed));
    const best = [...first, ...more].filter((w) => w !== word).slice(0, 8);
    offers.hidden = !best.length;
    offers.replaceChildren(...best.map((w) => {
      const button = make("button", { type: "button" }, w);
      button.addEventListener("click", () => take(word, w));
      return button;
    }));
  }
  function take(word, whole) {
    const end = area.selectionStart;
    area.focus();
    area.setRangeText(whole, end - word.length, end, "end");
    offers.hidden = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
