// Enhancements of the console. Every page works without this file: forms post, links lead, lists page.
import { passkeys } from "./passkey.js";

const $ = (sel, root = document) => root.querySelector(sel);
const all = (sel, root = document) => [...root.querySelectorAll(sel)];
const say = (text) => { const live = $("#live"); if (live) { live.textContent = ""; requestAnimationFrame(() => (live.textContent = text)); } };

// What only script can do is rendered hidden.
for (const el of all("[data-copy], [data-scheme-toggle], [data-palette-open], [data-script]")) el.hidden = false;
for (const el of all("[data-noscript]")) el.remove();

addEventListener("click", async (e) => {
  const copy = e.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.dataset.done = ""; say(copy.dataset.copied);
    setTimeout(() => delete copy.dataset.done, 1500);
  }
  if (e.target.closest("[data-scheme-toggle]")) {
    const root = document.documentElement;
    const dark = root.dataset.scheme ? root.dataset.scheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.scheme = dark ? "light" : "dark";
    document.cookie = `scheme=${root.dataset.scheme};path=/;max-age=31536000;samesite=lax`; // the server draws it next time
  }
  if (e.target.closest("[data-palette-open]")) openPalette();
});

// Choices that take effect at once; without script a button stands beside them.
for (const field of all("[data-autosubmit]")) {
  for (const button of all("button[type=submit]", field.form)) button.hidden = true;
  field.addEventListener("change", () => field.form.requestSubmit());
}

// Errors: move the focus to the summary, so that it is read out.
$("[data-error-summary]")?.focus();

// Passwords: the button that shows one.
for (const btn of all("[data-reveal]")) {
  const input = document.getElementById(btn.dataset.reveal), status = document.getElementById(`${input.id}-status`);
  btn.hidden = false;
  const set = (shown) => { input.type = shown ? "text" : "password"; btn.firstElementChild.textContent = shown ? btn.dataset.hide : btn.dataset.show; };
  btn.addEventListener("click", () => { set(input.type === "password"); status.textContent = input.type === "text" ? btn.dataset.shown : btn.dataset.hidden; input.focus(); });
  input.form.addEventListener("submit", () => set(false));
}

// Times: in the reader's zone and language; near ones in words.
const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
for (const el of all("time[data-time]")) {
  const at = new Date(el.dateTime), lang = document.documentElement.lang, ago = (Date.now() - at) / 1000;
  el.title = at.toLocaleString(lang, { dateStyle: "full", timeStyle: "long" });
  const near = Math.abs(ago) < 7 * 86400 && units.find(([, s]) => Math.abs(ago) >= s);
  if (near) el.textContent = new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(-Math.trunc(ago / near[1]), near[0]);
  else if (Math.abs(ago) < 60) el.textContent = new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(0, "minute");
  else el.textContent = at.toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" });
}

// Rows to choose: the header's box is tri-state, Shift takes a range, the count is said.
let last = null;
addEventListener("click", (e) => {
  if (!e.target.matches("tbody .pick input[type=checkbox]")) return;
  if (e.shiftKey && last?.closest("table") === e.target.closest("table")) range(last, e.target);
  last = e.target;
}, true);
addEventListener("change", (e) => {
  const table = e.target.closest("table");
  if (!table || !e.target.matches(".pick input[type=checkbox]")) return;
  const boxes = all("tbody .pick input[type=checkbox]", table), head = $("thead .pick input[type=checkbox]", table);
  if (e.target === head) boxes.forEach((b) => (b.checked = head.checked));
  const n = boxes.filter((b) => b.checked).length;
  if (head) { head.checked = n === boxes.length; head.indeterminate = n > 0 && n < boxes.length; }
  const out = $(".bulk output", table.closest(".card, form"));
  if (out) out.textContent = out.dataset.count.replace("{}", n);
});
function range(a, b) {
  const boxes = all("tbody .pick input[type=checkbox]", b.closest("table"));
  const [i, j] = [boxes.indexOf(a), boxes.indexOf(b)].sort((x, y) => x - y);
  boxes.slice(i, j + 1).forEach((x) => (x.checked = b.checked));
}

// Command palette: a <dialog> with a list of plain links, so it is only a faster way to go somewhere.
const palette = $("#palette"), query = palette && $("input", palette);
function openPalette() { palette.showModal(); query.value = ""; filter(); ask(); query.select(); }
function filter() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const everywhere = $(".everywhere", palette), at = new URL(palette.dataset.find, location);
  at.searchParams.set("q", query.value.trim()); everywhere.href = at.pathname + at.search;
  for (const group of all("[data-group]:not([data-found])", palette)) {
    let any = false;
    for (const option of all("[role=option]", group)) { option.hidden = !words.every((w) => option.textContent.toLowerCase().includes(w)); any ||= !option.hidden; }
    group.hidden = !any;
  }
  move(0);
}
function move(step) {
  const links = all("[role=option]:not([hidden])", palette), now = links.findIndex((a) => a.ariaSelected === "true");
  all("[role=option]", palette).forEach((a) => (a.ariaSelected = "false"));
  if (!links.length) return query.removeAttribute("aria-activedescendant");
  const next = links[(Math.max(now, 0) + step + links.length) % links.length];
  next.ariaSelected = "true"; next.scrollIntoView({ block: "nearest" }); query.setAttribute("aria-activedescendant", next.id);
}
query?.addEventListener("input", () => { filter(); ask(); });

// What the page does not hold itself (pools, people, app clients, acts) is asked for, once typing rests; an answer
// that comes late is for a text that is no longer there, and dropped.
let asked = 0, resting;
function ask() {
  clearTimeout(resting);
  const now = ++asked, text = query.value.trim();
  if (text.length < 2) return show([]);
  resting = setTimeout(async () => {
    const at = new URL(palette.dataset.find, location);
    at.searchParams.set("q", text); at.searchParams.set("form", "json");
    const answer = await fetch(at, { headers: { Accept: "application/json" }, redirect: "error" }).catch(() => null);
    const groups = answer?.ok ? await answer.json() : [];
    if (now === asked) show(groups);
  }, 250);
}
function show(groups) {
  for (const old of all("[data-found]", palette)) old.remove();
  const known = new Set(all("[data-group] [role=option]", palette).map((a) => a.getAttribute("href")));
  groups.forEach(({ name, items }, i) => {
    items = items.filter((item) => !known.has(item.href));
    if (!items.length) return;
    const group = make("div", { role: "group", "aria-labelledby": `found-${i}`, "data-group": "", "data-found": "" });
    group.append(make("p", { class: "group-name", id: `found-${i}`, dir: "auto" }, name));
    items.forEach(({ label, note, href }, j) => {
      const option = make("a", { role: "option", id: `found-${i}-${j}`, href, "aria-selected": "false" });
      option.append(make("span", { dir: "auto" }, label));
      if (note) option.append(make("small", { dir: "auto" }, note));
      group.append(option);
    });
    $(".everywhere", palette).before(group);
  });
  $(".everywhere", palette).ariaSelected = "false"; // it is the last resort
  move(0);
}
function make(tag, attributes, text = "") {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.textContent = text;
  return el;
}
query?.addEventListener("keydown", (e) => {
  if (e.key === "ArrowDown") { move(1); e.preventDefault(); }
  if (e.key === "ArrowUp") { move(-1); e.preventDefault(); }
  if (e.key === "Enter") { $("a[aria-selected=true]:not([hidden])", palette)?.click(); e.preventDefault(); }
});

// Shortcuts: Ctrl or Cmd K for the palette, "/" searches this page, "g" and a letter goes. Single keys are off
// while typing, and can be turned off (WCAG 2.1.4).
let go = 0;
addEventListener("keydown", (e) => {
  if (palette && (e.metaKey || e.ctrlKey) && e.key.toLowerCase() === "k") { e.preventDefault(); return palette.open ? palette.close() : openPalette(); }
  if (e.metaKey || e.ctrlKey || e.altKey || e.target.closest("input,textarea,select,[contenteditable],dialog")) return;
  if (document.documentElement.dataset.shortcuts === "off") return;
  if (e.key === "/" && $("[data-search]")) { e.preventDefault(); $("[data-search]").focus(); }
  if (e.key === "g") { go = Date.now(); return; }
  if (Date.now() - go < 1200) { $(`[data-go="${CSS.escape(e.key)}"]`)?.click(); go = 0; }
});

passkeys();
