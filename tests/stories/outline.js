// The build of a page without its words and numbers: tags, attributes, nesting. Of siblings built alike only the
// first is kept, in the page too: fifty rows of a list are one row to a checker. Cells stay, or a table would break.
() => {
  const FREE = new Set(["href", "src", "value", "title", "alt", "aria-label", "action", "placeholder", "content",
    "datetime", "d", "points", "data-label", "data-url", "summary"]);
  const kept = new Set(["TD", "TH", "COL"]);
  const attribute = ({name, value}) =>
    `${name}=${FREE.has(name) ? (value.trim() ? "+" : "") : value.replace(/[\d.]+/g, "N")}`;
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  function outline(element) {
    const seen = new Set(), inside = [];
    for (const child of [...element.children]) {
      const build = outline(child);
      if (seen.has(build) && !kept.has(child.tagName)) child.remove();
      else inside.push(build);
      seen.add(build);
    }
    const own = [...element.attributes].map(attribute).sort().join(" ");
    return `<${element.tagName} ${own}${says(element) ? " +" : ""}>${inside.join("")}</>`;
  }
  const head = `${document.documentElement.lang} ${document.title.trim() ? "+" : ""}`;
  const parts = document.querySelectorAll("body > :not(.shell), .shell > :not(.page), .page > *");
  return [head, ...[...parts].map(outline)];
}
