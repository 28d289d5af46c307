// What axe says of the page as it stands. Colours come from the style sheets, so the contrast of a text is looked at
// once for each path of tags, classes and states above it (`looks` holds the paths seen on earlier pages): measuring
// every text of every page took three quarters of the time. Without `rules` contrast alone is looked at.
async ({rules, looks}) => {
  if (!window.axe) window.installAxe();
  function digest(text) {
    let sum = 0x811c9dc5;
    for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
    return sum >>> 0;
  }
  const before = new Set(looks), fresh = [], texts = [];
  const states = ["aria-current", "aria-expanded", "aria-invalid", "disabled", "type", "open"];
  const look = (element) => [element.tagName, element.className, ...states.map((name) => element.getAttribute(name)),
    ...element.getAttributeNames().filter((name) => name.startsWith("data-"))].join();
  const paths = new Map([[document.documentElement, ""]]);
  for (const element of document.body.querySelectorAll("*")) {
    const path = digest((paths.get(element.parentElement) ?? look(element.parentElement)) + ">" + look(element));
    paths.set(element, path);
    const speaks = element.matches("input, select, textarea") ||
      [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (speaks && !before.has(path)) {
      before.add(path);
      fresh.push(path);
      texts.push(element);
    }
  }
  const spare = {resultTypes: ["violations"], selectors: false, preload: false, iframes: false};
  const light = {...spare, ...rules, rules: {"color-contrast": {enabled: false}}};
  const contrast = {...spare, runOnly: ["color-contrast"]};
  const results = rules ? [await axe.run(document, light)] : [];
  if (texts.length) results.push(await axe.run({include: texts}, contrast));
  const problems = results.flatMap((result) => result.violations)
    .map((one) => `${one.id} ${one.nodes[0].html.slice(0, 160)}`);
  return {problems, looks: fresh};
}
