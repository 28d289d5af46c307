/* Small helps on top of pages that work without them. */
"use strict";

/* Long work: ask how far it is, once a second, and show the result when it ends. */
function followJob(box) {
  const bar = box.querySelector("progress");
  const stage = box.querySelector(".job-stage");
  const count = box.querySelector(".job-count");
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const job = await answer.json();
        stage.textContent = job.text;
        count.textContent = job.count;
        if (job.total) bar.value = (100 * job.done) / job.total;
        else bar.removeAttribute("value");
        if (job.finished) return void window.location.reload();
      }
    } catch {
      /* a weak network: the next try may do */
    }
    window.setTimeout(ask, 1000);
  };
  ask();
}
document.querySelectorAll("[data-job]").forEach(followJob);

/* A menu that lies over the page closes at Escape, and at a click beside it. */
const menus = () => document.querySelectorAll("details[data-closes][open]");
document.addEventListener("click", (event) => {
  menus().forEach((menu) => menu.contains(event.target) || (menu.open = false));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

/* What a narrow page keeps behind a button: <button data-shows="id" aria-expanded>. */
document.querySelectorAll("[data-shows]").forEach((button) => {
  button.addEventListener("click", () => {
    const isOpen = document.getElementById(button.dataset.shows).classList.toggle("show");
    button.setAttribute("aria-expanded", isOpen);
  });
});

/* Ctrl K goes to the search box. */
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    const box = document.getElementById("find");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  }
});

/* What a search finds while somebody types: <input data-hits="id of the box">. Arrows walk, Escape closes; without script,
   or on a network too weak, Enter opens the whole page. */
document.querySelectorAll("[data-hits]").forEach((field) => {
  const box = document.getElementById(field.dataset.hits);
  const least = 2;
  let waiting = 0;
  let asked = null;
  const close = () => (box.hidden = true);
  field.addEventListener("input", () => {
    window.clearTimeout(waiting);
    asked?.abort();
    const words = field.value.trim();
    if (words.length < least && !/[^\x00-\x7f]/.test(words)) return close();
    waiting = window.setTimeout(async () => {
      asked = new AbortController();
      try {
        const address = `${field.form.action}?part=1&q=${encodeURIComponent(words)}`;
        const answer = await fetch(address, { signal: asked.signal });
        if (!answer.ok || answer.redirected || field.value.trim() !== words) return;
        box.innerHTML = await answer.text();
        box.hidden = false;
      } catch {
        /* overtaken by the next letter, or a weak network */
      }
    }, 250);
  });
  field.form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      field.focus();
    }
    if (box.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const stops = [field, ...box.querySelectorAll("a")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  });
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) close();
  });
});

/* A form sent once says so; the server would do its work only once anyway. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const button = event.submitter || form.querySelector("button");
  window.setTimeout(() => button && (button.disabled = true), 0);
  window.setTimeout(() => button && (button.disabled = false), 8000);
});

/* What may be judged once it was looked at: opening the last unopened paper (in its own tab) wakes the buttons. */
document.querySelectorAll("[data-opens-paper]").forEach((form) => {
  form.addEventListener("submit", () => {
    if (!form.checkValidity()) return;
    form.removeAttribute("data-unopened");
    if (document.querySelector("[data-opens-paper][data-unopened]")) return;
    document.querySelectorAll("[data-after-opening]").forEach((button) => (button.disabled = false));
    document.querySelectorAll("[data-until-opened]").forEach((line) => (line.hidden = true));
  });
});

/* Tick all boxes of a table. */
document.querySelectorAll("[data-tick-all]").forEach((master) => {
  master.addEventListener("change", () => {
    document.querySelectorAll(master.dataset.tickAll).forEach((box) => {
      box.checked = master.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
});

/* Cells copied from a spreadsheet, pasted into a grid of inputs: they fill it from the cell that was clicked.
   A line of headings is left to the server, which knows what they mean. */
document.querySelectorAll("[data-paste-grid]").forEach((grid) => {
  grid.addEventListener("paste", (event) => {
    const text = (event.clipboardData.getData("text/plain") || "").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    const row = event.target.closest(".entry-row");
    if (!row || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const lines = text.split("\n").map((line) => line.split("\t").map((cell) => cell.replace(/^"([\s\S]*)"$/, "$1").trim()));
    const words = [...grid.querySelector(".entry-head").children].map((word) => word.textContent.trim());
    const block = document.getElementById("pasted");
    if (lines[0].some((cell) => words.includes(cell)) && block) {
      block.value = text;
      block.closest("details").open = true;
      block.focus();
      return;
    }
    const rows = [...grid.querySelectorAll(".entry-row:not(.entry-head)")];
    const from = [...row.querySelectorAll("input")].indexOf(event.target);
    const lost = [];
    lines.forEach((cells, down) => {
      const inputs = rows[rows.indexOf(row) + down]?.querySelectorAll("input") || [];
      cells.forEach((cell, along) => {
        const input = inputs[from + along];
        if (input) input.value = cell;
        else if (cell) lost.push(cell);
      });
      inputs[from]?.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const told = document.querySelector("[data-paste-told]");
    told.hidden = !lost.length;
    told.textContent = lost.length ? grid.dataset.pasteLost + lost.join("、") : "";
  });
});

/* Ticks outlive the pages of a list, a reload and the back button: <form data-keep-ticks="key" data-tick-name="ids">.
   They are forgotten when the form's work was done, not when it ended on a page that refuses it. */
const SENT = "ticks-sent";
const someLeftOut = new URLSearchParams(window.location.search).has("beyond");
if (!someLeftOut && !document.querySelector(".error-page, .refused")) {
  sessionStorage.removeItem(sessionStorage.getItem(SENT) || "");
  sessionStorage.removeItem(SENT);
}
function keepTicks(form) {
  const key = `ticks:${form.dataset.keepTicks}`;
  const name = form.dataset.tickName;
  const fields = () => [...form.elements].filter((field) => field.name === name);
  const boxes = fields().filter((field) => field.type === "checkbox");
  const here = new Set(boxes.map((box) => box.value));
  const fresh = fields().filter((field) => field.type === "hidden" || field.checked);
  const show = () => {
    const stored = sessionStorage.getItem(key);
    const kept = new Set(stored ? JSON.parse(stored) : fresh.map((field) => field.value));
    fields().forEach((field) => field.type === "hidden" && field.remove());
    boxes.forEach((box) => (box.checked = kept.has(box.value)));
    kept.forEach((value) => {
      if (here.has(value)) return;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      form.append(field);
    });
    document.dispatchEvent(new Event("change"));
  };
  show();
  window.addEventListener("pageshow", (event) => event.persisted && show());
  form.addEventListener("change", (event) => {
    if (event.target.name !== name) return;
    const ticked = fields().filter((field) => field.type === "hidden" || field.checked);
    sessionStorage.setItem(key, JSON.stringify(ticked.map((field) => field.value)));
  });
  form.addEventListener("submit", (event) => {
    if (!event.submitter || event.submitter.name !== "turn") sessionStorage.setItem(SENT, key);
  });
}
document.querySelectorAll("form[data-keep-ticks]").forEach(keepTicks);

/* A counter that follows ticked boxes: <span data-ticked="selector">. */
document.querySelectorAll("[data-ticked]").forEach((place) => {
  const count = () => {
    const ticked = place.dataset.ticked;
    place.textContent = document.querySelectorAll(`${ticked}:checked, ${ticked}[type=hidden]`).length;
  };
  document.addEventListener("change", count);
  count();
});

/* A table wider than its page is a stop of the keyboard, which scrolls it, unless something in it is one. */
document.querySelectorAll(".table-wrap:not([tabindex])").forEach((wrap) => {
  if (wrap.scrollWidth <= wrap.clientWidth || wrap.querySelector("a[href], button, input, select, summary")) return;
  wrap.tabIndex = 0;
  const name = wrap.querySelector("caption")?.textContent || document.title;
  wrap.setAttribute("aria-label", name);
  const named = [...document.querySelectorAll("section[aria-label], [role=region]")].some((part) => part.ariaLabel === name);
  wrap.setAttribute("role", named ? "group" : "region");
});

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

/* Names while somebody types: <input list data-suggest="address that answers [{name}]">. */
document.querySelectorAll("[data-suggest]").forEach((box) => {
  let waiting = 0;
  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(async () => {
      const words = box.value.trim();
      if (!words) return;
      try {
        const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(words)}`);
        if (!answer.ok) return;
        const options = (await answer.json()).map((one) => new Option(one.also || one.code, one.name));
        box.list.replaceChildren(...options);
      } catch {
        /* a weak network: the search button still works */
      }
    }, 250);
  });
});

/* A piece of a page that is worked out after it: <section data-load="address">; no answer leaves what stands there. */
document.querySelectorAll("[data-load]").forEach(async (place) => {
  try {
    const answer = await fetch(place.dataset.load);
    if (answer.status === 200) place.innerHTML = await answer.text();
  } catch {
    /* a weak network: the button in it still works */
  }
});

/* A chart as a picture of its own: what stands on the page, drawn once more into one file with its words. */
const SVG = "http://www.w3.org/2000/svg";
function drawn(name, values, words = "") {
  const element = document.createElementNS(SVG, name);
  Object.entries(values).forEach(([key, value]) => element.setAttribute(key, value));
  element.textContent = words;
  return element;
}
function shapesOf(source, box) {
  const copy = source.cloneNode(true);
  copy.removeAttribute("class");
  Object.entries(box).forEach(([key, value]) => copy.setAttribute(key, value));
  const worn = [...source.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((shape, n) => {
    const style = getComputedStyle(worn[n]);
    ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "vector-effect"].forEach((key) => {
      shape.setAttribute(key, style.getPropertyValue(key));
    });
  });
  return copy;
}
function pictureOf(figure) {
  const style = getComputedStyle(figure.closest(".panel") || document.body);
  const said = (part) => part.textContent.trim().replace(/\s+/g, " ");
  const title = said(figure.querySelector("figcaption"));
  const rows = [...figure.querySelectorAll("table:not(.visually-hidden) tr")];
  const plot = figure.querySelector("svg.trend");
  const height = 60 + (plot ? 260 : rows.length * 34);
  const picture = drawn("svg", { xmlns: SVG, viewBox: `0 0 760 ${height}`, width: 760, height, role: "img",
    "font-family": "system-ui, sans-serif", "font-size": 15, fill: style.color });
  picture.append(drawn("title", {}, title), drawn("desc", {}, [...figure.querySelectorAll("tr")].map(said).join("; ")));
  picture.append(drawn("rect", { width: "100%", height: "100%", fill: style.backgroundColor }));
  picture.append(drawn("text", { x: 20, y: 30, "font-weight": 650 }, title));
  rows.forEach((row, n) => {
    const y = 50 + n * 34;
    picture.append(drawn("text", { x: 210, y: y + 16, "text-anchor": "end" }, said(row.querySelector("th"))));
    picture.append(shapesOf(row.querySelector("svg"), { x: 220, y, width: 260, height: 20 }));
    picture.append(drawn("text", { x: 490, y: y + 16 }, [...row.cells].slice(2).map(said).join("  ")));
  });
  if (plot) {
    const marks = [...figure.querySelectorAll(".trend-marks li")];
    const months = [...figure.querySelectorAll(".trend-months li")];
    marks.forEach((mark, n) => {
      const y = 57 + (195 * n) / Math.max(1, marks.length - 1);
      picture.append(drawn("text", { x: 60, y: y + 5, "text-anchor": "end" }, said(mark)));
    });
    picture.append(shapesOf(plot, { x: 70, y: 50, width: 670, height: 205 }));
    months.forEach((month, n) => {
      const x = 70 + (670 * (n + 0.5)) / months.length;
      const anchor = n === 0 ? "start" : n === months.length - 1 ? "end" : "middle";
      picture.append(drawn("text", { x, y: 285, "text-anchor": anchor }, said(month)));
    });
  }
  return new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" });
}
document.querySelectorAll("figure.bars .as-file[data-picture]").forEach((table) => {
  const title = table.download.replace(/\.csv$/, "");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: table.dataset.picture });
  button.className = "as-file as-picture no-print";
  button.setAttribute("aria-label", `${table.dataset.picture} ${title}`);
  button.addEventListener("click", () => {
    const address = URL.createObjectURL(pictureOf(table.closest("figure")));
    Object.assign(document.createElement("a"), { href: address, download: `${title}.svg` }).click();
    window.setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  table.before(button);
});

/* A row of tabs longer than a phone: the one somebody is on is in sight. The page itself stays at its top. */
document.querySelectorAll(".tabs .on, .sections .on").forEach((tab) => {
  const row = tab.parentElement;
  const off = tab.getBoundingClientRect().left - row.getBoundingClientRect().left;
  row.scrollLeft += off - (row.clientWidth - tab.offsetWidth) / 2;
});

/* What was typed and not sent yet: leaving the page asks first; another language takes it along. */
const refusal = document.querySelector(".refused");
if (refusal) refusal.scrollIntoView({ block: "center" });
let unsent = refusal?.closest("form");
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.method === "post" && !form.matches("[data-roll], [data-keep-ticks]")) unsent = form;
});
document.addEventListener("submit", () => {
  unsent = null;
});
window.addEventListener("beforeunload", (event) => {
  if (unsent && unsent.isConnected) event.preventDefault();
});
document.querySelectorAll("[data-language]").forEach((button) => {
  button.addEventListener("click", () => {
    if (!unsent || !unsent.isConnected) return;
    if (!unsent.id) unsent.id = "unsent-form";
    button.setAttribute("form", unsent.id);
  });
});
