/* A worker's answers without network: <form data-answer="what waits, in words" data-then="the page it leads to">.

   What is pressed is written into the phone first, under its owner and the form's own key, then sent; the server does the
   work of one key once, so that sending again does no harm. What waits is shown on every page, and goes with a sign-out.
   Photographs and voice notes are too large to be written down: they wait as long as their page is open, and a line says so.
   Old Chrome reads it: no ?., no ??, no optional catch. Every form works without this file. */
"use strict";

const RETRY_MS = 15000;
const PATIENCE_MS = 12000;
const FILE_PATIENCE_MS = 180000;

function keepAnswers(box) {
  const owner = document.body.dataset.owner;
  const place = `answers-${owner}`;
  const words = box.dataset;
  const whole = {};
  let timer = 0;
  let busy = false;

  const load = () => {
    try {
      return JSON.parse(window.localStorage.getItem(place)) || [];
    } catch (problem) {
      return [];
    }
  };
  const save = (waiting) => {
    if (waiting.length) window.localStorage.setItem(place, JSON.stringify(waiting));
    else window.localStorage.removeItem(place);
  };
  const change = (key, how) => save(how(load().filter((one) => one.key === key)[0], load().filter((one) => one.key !== key)));
  const drop = (key) => change(key, (one, others) => others);

  const ofFiles = (one) => (one.files ? whole[one.key] ? words.wordsFilesWait : words.wordsFilesLost : "");

  const paint = () => {
    const waiting = load();
    const list = box.querySelector("ul");
    list.textContent = "";
    waiting.forEach((one) => {
      const line = document.createElement("li");
      line.textContent = one.refusal ? `${words.wordsRefused}${one.words}。${one.refusal}` : one.words;
      line.textContent += ofFiles(one);
      if (one.refusal) {
        const seen = document.createElement("button");
        seen.type = "button";
        seen.className = "act";
        seen.textContent = words.wordsSeen;
        seen.addEventListener("click", () => {
          drop(one.key);
          paint();
        });
        line.appendChild(seen);
      }
      list.appendChild(line);
    });
    box.querySelector("p").hidden = !waiting.some((one) => !one.refusal);
    box.hidden = !waiting.length;
    const keys = waiting.map((one) => one.key);
    document.querySelectorAll("form[data-answer]").forEach((form) => {
      const isWaiting = keys.includes(form.elements.once.value) || waiting.some((one) => !one.refusal && one.url === form.action);
      form.querySelectorAll("button").forEach((button) => (button.disabled = isWaiting));
    });
  };

  const within = (work, patience) =>
    Promise.race([
      work,
      new Promise((done, fail) => window.setTimeout(() => fail(new Error("slow")), patience || PATIENCE_MS)),
    ]);

  const post = (one, token) => {
    const fields = whole[one.key] || new URLSearchParams(one.fields);
    fields.set("csrf_token", token);
    const how = { method: "POST", body: fields, credentials: "same-origin", redirect: "manual" };
    return within(fetch(one.url, how), whole[one.key] ? FILE_PATIENCE_MS : PATIENCE_MS);
  };

  /* The token of this sign-in; "" where another owner, or nobody, is signed in. */
  const freshToken = async () => {
    const answer = await within(fetch(document.body.dataset.token, { credentials: "same-origin", redirect: "manual" }));
    if (answer.status >= 500) throw new Error(answer.status);
    if (!answer.ok) return "";
    const told = await answer.json();
    return told.owner === owner ? told.token : "";
  };

  const refusalOf = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = page.querySelector(".notice.bad, .problem, .refused, h1");
    return said ? said.textContent.trim() : "";
  };

  /* "sent", "waits", "refused" or "signed out"; raises an error where there is no network. */
  const send = async (one) => {
    const token = await freshToken();
    if (!token) return "signed out";
    const answer = await post(one, token);
    if (answer.type === "opaqueredirect") {
      drop(one.key);
      return "sent";
    }
    if (answer.status === 401) return "signed out";
    if (answer.status >= 500 || answer.status === 429) return "waits";
    const refusal = await refusalOf(answer);
    change(one.key, (kept, others) => others.concat([Object.assign({}, kept || one, { refusal: refusal || " " })]));
    return "refused";
  };

  const say = (text) => {
    let line = box.querySelector("[data-said]");
    if (!line) {
      line = document.createElement("p");
      line.dataset.said = "";
      box.appendChild(line);
    }
    line.textContent = text;
  };

  const sendAll = async () => {
    if (busy) return;
    busy = true;
    window.clearTimeout(timer);
    const sent = [];
    try {
      for (const one of load().filter((each) => !each.refusal)) {
        const outcome = await send(one);
        if (outcome === "sent") sent.push(one);
        if (outcome === "signed out") say(words.wordsSignedOut);
        if (outcome === "signed out" || outcome === "waits") break;
      }
    } catch (problem) {
      /* no network yet */
    }
    busy = false;
    paint();
    if (sent.length) {
      const last = sent[sent.length - 1];
      box.hidden = false;
      const lost = sent.some((one) => one.files && !whole[one.key]);
      say(words.wordsSent + sent.map((one) => one.words).join("；") + (lost ? words.wordsFilesLost : ""));
      if (!lost && window.location.pathname === new URL(last.from, window.location).pathname) window.location.assign(last.then);
    }
    if (load().some((one) => !one.refusal)) timer = window.setTimeout(sendAll, RETRY_MS);
  };

  const pressed = (event) => {
    const form = event.target;
    if (!form.dataset || form.dataset.answer === undefined || event.defaultPrevented) return;
    const data = new FormData(form);
    const button = event.submitter;
    if (button && button.name) data.append(button.name, button.value);
    const all = [...data.entries()].filter(([name]) => name !== "csrf_token");
    const fields = all.filter(([name, value]) => !(value instanceof File));
    const files = all.some(([name, value]) => value instanceof File && value.size);
    const chosen = form.querySelector("input:checked + label");
    const said = form.dataset.answer + (chosen ? `：${chosen.firstChild.textContent.trim()}` : "");
    const here = window.location;
    const one = { key: form.elements.once.value, url: form.action, fields, words: said, then: form.dataset.then, files };
    if (files) whole[one.key] = data;
    try {
      save(load().filter((each) => each.key !== one.key).concat([Object.assign(one, { from: here.href })]));
    } catch (problem) {
      if (!window.navigator.onLine) {
        event.preventDefault();
        box.hidden = false;
        say(words.wordsFull);
      }
      return;
    }
    event.preventDefault();
    paint();
    box.hidden = window.navigator.onLine && !files;
    box.querySelector("p").hidden = window.navigator.onLine;
    sendAll();
  };

  document.addEventListener("submit", pressed);
  document.querySelectorAll("form[data-sign-out]").forEach((form) =>
    form.addEventListener(
      "submit",
      (event) => {
        const isEmpty = !load().some((one) => !one.refusal);
        if (isEmpty || window.confirm(words.wordsLeave)) window.localStorage.removeItem(place);
        else event.preventDefault();
      },
      true
    )
  );
  window.addEventListener("online", sendAll);
  paint();
  if (load().length) sendAll();
}
document.querySelectorAll("[data-outbox]").forEach(keepAnswers);

/* That this page comes out of the phone. */
document.querySelectorAll("[data-offline]").forEach((line) => {
  const show = () => (line.hidden = window.navigator.onLine && window.location.hash !== "#not-kept");
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
});
