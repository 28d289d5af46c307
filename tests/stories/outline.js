// What a page is built of, without its words and numbers: tags, attributes, nesting. Of siblings built alike only
// the first is kept, in the page too: fifty rows of a list are one row to a checker. Cells stay, or a table would
// break, and labels, whose fields may be built otherwise. Pieces that were checked on an earlier page (`checked` holds their builds) are taken out, but for the
// heading; told are the width of the whole page, lists whose rows are tall, its links and the builds that are new.
(checked) => {
  const FREE = new Set(["href", "src", "value", "title", "alt", "aria-label", "action", "placeholder", "content",
    "datetime", "d", "points", "data-label", "data-url", "summary", "minlength", "maxlength", "min", "max", "pattern",
    "step", "inputmode", "autocomplete", "rows", "width", "height", "viewBox", "style"]);
  const NAMES = new Set(["id", "for", "name", "form", "list", "aria-labelledby", "aria-describedby", "aria-controls",
    "data-bs-target"]);
  // A list's row on a phone: two lines of text, a third at most where a fact is long; what is pressed has a line of its own.
  const LISTS = "table.cards:not(.lines, .clause-table, .timetable, .survey, .cell-list, .sentences)";
  const MOST = 122;
  const kept = new Set(["TD", "TH", "COL", "LABEL"]);
  const width = document.documentElement.scrollWidth;
  const rowsOf = (table) => [...table.querySelectorAll("tbody tr")].filter((row) => row.offsetHeight);
  const pressed = (row) => [...row.cells].filter((cell) => cell.querySelector(".btn, .form-control, .form-select"));
  const own = (row) => row.offsetHeight - pressed(row).reduce((sum, cell) => sum + cell.offsetHeight, 0);
  const heights = (rows) => Math.round(rows.reduce((sum, row) => sum + own(row), 0) / rows.length);
  const tall = [...document.querySelectorAll(LISTS)].map(rowsOf).filter((rows) => rows.length && heights(rows) > MOST)
    .map((rows) => `${rows.length} rows of ${heights(rows)} px: ${rows[0].innerText.slice(0, 60)}`);
  const links = [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"));
  function canonical(build) {  // which name meets which counts, not what it is
    const names = new Map();
    return build.replace(/⟦(.*?)⟧/g, (_, name) => names.get(name) ?? (names.set(name, names.size), names.size - 1));
  }
  function attribute({name, value}) {
    if (FREE.has(name)) return `${name}=${value.trim() ? "+" : ""}`;
    if (NAMES.has(name)) return `${name}=${value.split(/[\s#]+/).map((name) => `⟦${name}⟧`)}`;
    return `${name}=${value.replace(/[\d.]+/g, "N")}`;
  }
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  function outline(element) {
    const seen = new Set(), inside = [];
    for (const child of [...element.children]) {
      const build = outline(child), alike = canonical(build);
      if (seen.has(alike) && !kept.has(child.tagName)) child.remove();
      else inside.push(build);
      seen.add(alike);
    }
    const own = [...element.attributes].map(attribute).sort().join(" ");
    return `<${element.tagName} ${own}${says(element) ? " +" : ""}>${inside.join("")}</>`;
  }
  function digest(text) {  // two 32-bit FNV-1a sums: short enough to be told on every page
    let one = 0x811c9dc5, two = 0x1b873593;
    for (let at = 0; at < text.length; at++) {
      one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
      two = Math.imul(two ^ text.charCodeAt(at), 0x5bd1e995);
    }
    return `${one >>> 0}-${two >>> 0}`;
  }
  const before = new Set(checked), fresh = [];
  const pieces = document.querySelectorAll(
    "body > :not(.shell):not(main), .shell > :not(.page), .page > :not(main), main > *, main > .panel > *");
  for (const piece of [...pieces].reverse()) {
    const build = digest(canonical(`${piece.parentElement.className} ${outline(piece)}`));
    if (!before.has(build)) fresh.push(build);
    else if (piece.closest("main")) {
      if (!piece.querySelector("h1") && piece.tagName !== "H1") piece.remove();
    } else piece.style.visibility = "hidden";  // it keeps its place, and what stands beside it its width
  }
  const head = digest(`${document.documentElement.lang} ${document.title.trim() ? "+" : ""}`);
  return {width, tall, links, fresh: before.has(head) ? fresh : [head, ...fresh]};
}
