/* Pages kept in this browser for use without network: page-worker.js keeps them, this file says which, and throws them
   away. Every page works without it. */
"use strict";

/* On an element with data-worker: keep this page, those its links with data-keep lead to, and their parts. */
async function keepPages(place) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(place.dataset.worker, { scope: place.dataset.scope });
    const ready = await navigator.serviceWorker.ready;
    const linked = [...document.querySelectorAll("a[data-keep]")].map((link) => link.href);
    const isFirst = !navigator.serviceWorker.controller;
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
    const icons = new URL(place.dataset.icons, window.location.href).href;
    const here = window.location.href.replace(/#.*/, "");
    ready.active.postMessage({
      pages: [...new Set(isFirst ? [here, ...linked] : linked)],
      parts: [...parts.map((part) => part.href || part.src), icons].filter((url) => url.includes("v=")),
    });
  } catch (problem) {
    /* no worker here: the open page still works without network */
  }
}
document.querySelectorAll("[data-worker]").forEach(keepPages);

/* They go when somebody signs out, or is about to sign in. */
async function forgetKeptPages() {
  if (!window.caches) return;
  const names = await window.caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kept-")).map((name) => window.caches.delete(name)));
}
document.querySelectorAll("form[data-sign-out]").forEach((form) =>
  form.addEventListener("submit", (event) => event.defaultPrevented || forgetKeptPages())
);
if (document.querySelector("[data-forget-kept]")) forgetKeptPages();
