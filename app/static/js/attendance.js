/* The roll on a phone without network, and the code that changes. Both pages work without this file too. */
"use strict";

const RETRY_MS = 15000;

/* Marks wait in the phone until the server has them: `batch` is on its way under one key, `waiting` comes next.
   Each says when it was tapped; what is sent is how long ago that was, so a wrong clock does no harm. */
function keepRoll(form) {
  const place = `roll-${form.dataset.roll}`;
  const sync = form.querySelector("[data-sync]");
  const isByHand = "byHand" in form.dataset;
  const empty = { batch: null, waiting: {}, standing: {}, at: 0 };
  let state = empty;
  let busy = false;
  let wasSent = false;
  let timer = 0;

  const load = () => {
    try {
      return { ...empty, ...JSON.parse(window.localStorage.getItem(place)) };
    } catch {
      return empty;
    }
  };
  const keep = () => {
    try {
      window.localStorage.setItem(place, JSON.stringify(state));
    } catch {
      /* a full or closed store: the open page still holds them */
    }
  };
  const unsent = () => ({ ...(state.batch ? state.batch.marks : {}), ...state.waiting });
  const box = (id, presence) => document.getElementById(`m${id}-${presence}`);

  const paint = (trouble) => {
    const count = Object.keys(unsent()).length;
    const saved = wasSent ? form.dataset.saved : "";
    const standing = window.navigator.onLine ? saved : form.dataset.offline;
    sync.textContent = trouble || (count ? form.dataset.waiting.replace("{n}", count) : standing);
    sync.classList.toggle("is-waiting", Boolean(trouble || count));
    const learners = [...form.querySelectorAll("fieldset")];
    const chosen = learners.map((one) => one.querySelector("input:checked")?.value || "");
    form.querySelectorAll("[data-count]").forEach((cell) => {
      cell.textContent = chosen.filter((value) => value === cell.dataset.count).length;
    });
  };

  /* What the server said last, then what it has not heard yet. */
  const choose = () => {
    const told = Object.entries(unsent()).map(([id, mark]) => [id, mark.presence]);
    [...Object.entries(state.standing), ...told].forEach(([id, presence]) => {
      const button = box(id, presence);
      if (button) button.checked = true;
    });
  };

  const newKey = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const body = () => {
    const fields = new URLSearchParams();
    const marks = Object.entries(state.batch.marks).map(([id, mark]) => ({
      id: Number(id), presence: mark.presence, ago: Math.max(0, (Date.now() - mark.at) / 1000),
    }));
    fields.set("csrf_token", form.elements.csrf_token.value);
    fields.set("once", state.batch.key);
    fields.set("marks", JSON.stringify(marks));
    return fields;
  };

  const later = (milliseconds) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => send(), milliseconds);
  };

  const taken = async (answer) => {
    const told = await answer.json();
    state = { ...state, batch: null, standing: told.marks, at: told.at };
    wasSent = true;
    keep();
    choose();
    paint();
    if (Object.keys(state.waiting).length) later(0);
  };

  /* A page kept from an earlier sign-in carries an old token: ask for a new one, once. */
  const renewToken = async () => {
    const answer = await fetch(form.action);
    if (!answer.ok || answer.redirected) return false;
    form.elements.csrf_token.value = (await answer.json()).token;
    return true;
  };

  async function send(isSecondTry) {
    if (busy) return;
    if (!state.batch) {
      if (!Object.keys(state.waiting).length) return void paint();
      state.batch = { key: newKey(), marks: state.waiting };
      state.waiting = {};
      keep();
    }
    busy = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: body() });
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (answer.ok && isJson) await taken(answer);
      else if (answer.status === 400 && isSecondTry !== true && (await renewToken())) {
        busy = false;
        return void (await send(true));
      } else if (answer.ok) paint(form.dataset.signedOut);
      else if (answer.status >= 500 || answer.status === 429) later(RETRY_MS);
      else paint(form.dataset.refused);
    } catch {
      paint();
      later(RETRY_MS);
    } finally {
      busy = false;
    }
  }

  state = load();
  if (Number(form.dataset.at) >= state.at) state.standing = {}; /* this page is newer than the last answer */
  choose();
  if (isByHand) {
    form.addEventListener("submit", () => window.localStorage.removeItem(place));
    paint();
    if (Object.keys(unsent()).length) send();
    return;
  }
  form.addEventListener("change", (event) => {
    const id = event.target.name.replace("mark-", "");
    state.waiting[id] = { presence: event.target.value, at: Date.now() };
    keep();
    paint();
    later(600);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  window.addEventListener("online", () => send());
  window.addEventListener("offline", () => paint());
  paint();
  if (Object.keys(unsent()).length) send();
}
document.querySelectorAll("[data-roll]").forEach(keepRoll);

/* The code: asked for anew when its time is over; the count of those who scanned, every five seconds. */
function keepCode(panel) {
  const picture = panel.querySelector(".qr");
  const left = panel.querySelector("[data-left]");
  const stale = panel.querySelector("[data-stale]");
  let seconds = Number(left.textContent);

  const ask = async () => {
    try {
      const answer = await fetch(panel.dataset.code);
      if (!answer.ok) throw new Error(answer.status);
      const fresh = await answer.json();
      if (!fresh.svg) return void window.location.reload();
      picture.innerHTML = fresh.svg;
      panel.querySelector("[data-marked]").textContent = fresh.marked;
      seconds = fresh.left;
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    }
  };
  window.setInterval(() => {
    seconds = Math.max(0, seconds - 1);
    left.textContent = seconds;
    if (seconds === 0 || seconds % 5 === 0) ask();
  }, 1000);
}
document.querySelectorAll("[data-code]").forEach(keepCode);
