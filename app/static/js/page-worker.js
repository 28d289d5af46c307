/* Pages without network: keeps those that say whose they are (header Page-Owner), on this phone, for as many hours as they
   say (Page-Hours), under the name of their owner.

   Served below the pages it may keep: /training/lessons/ for a teacher's rolls, /my/ for a worker's own pages. A page of
   another owner, a sign-in that has ended, signing out and the sign-in page throw all of them away. Old Chrome reads it. */
"use strict";

const PARTS = "kept-parts";
const HOUR = 3600 * 1000;
const HOME = new URL(self.location).searchParams.get("home");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = async () => (await self.caches.keys()).filter((name) => name.startsWith("kept-") && name !== PARTS);
const forget = async (but) =>
  Promise.all((await kept()).filter((name) => name !== but).map((name) => self.caches.delete(name)));

/* Keep a copy under its owner's name; what is not a page of a signed-in person's own is not kept. */
async function keep(url, answer) {
  const owner = answer.headers.get("Page-Owner");
  if (!answer.ok || answer.redirected || !owner) return;
  const name = `kept-${owner}`;
  await forget(name);
  const headers = new Headers(answer.headers);
  headers.set("Kept-Until", Date.now() + Number(answer.headers.get("Page-Hours")) * HOUR);
  const copy = new Response(await answer.blob(), { status: 200, headers });
  await (await self.caches.open(name)).put(url, copy);
}

async function copyOf(url) {
  const copy = await self.caches.match(url, { ignoreVary: true });
  return copy && Date.now() < Number(copy.headers.get("Kept-Until")) ? copy : null;
}

/* Without network: the page's copy; else the way to the first page, where that one is kept. */
async function withoutNetwork(url) {
  const copy = await copyOf(url);
  if (copy || !HOME) return copy || Response.error();
  const home = new URL(HOME, self.location).href;
  return url !== home && (await copyOf(home)) ? Response.redirect(`${home}#not-kept`) : Response.error();
}

async function page(event) {
  const url = event.request.url;
  try {
    const answer = await fetch(event.request);
    if (answer.type === "opaqueredirect") event.waitUntil(forget()); /* to the sign-in page */
    else event.waitUntil(keep(url, answer.clone()));
    return answer;
  } catch (problem) {
    return withoutNetwork(url);
  }
}

async function part(request) {
  const parts = await self.caches.open(PARTS);
  const copy = await parts.match(request, { ignoreVary: true });
  return copy || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    const isBelow = event.request.url.startsWith(self.registration.scope);
    if (isBelow && !url.search) event.respondWith(page(event));
  } else if (url.searchParams.has("v")) event.respondWith(part(event.request));
});

/* What a page in use asks to be kept: pages it leads to, and the style sheets and scripts of this version. */
self.addEventListener("message", (event) => {
  const { pages, parts } = event.data;
  const keepPage = async (url) => keep(new URL(url, self.location).href, await fetch(url, { credentials: "same-origin" }));
  const keepParts = async () => {
    const cache = await self.caches.open(PARTS);
    const old = await cache.keys();
    await Promise.all(old.filter((one) => !parts.includes(one.url)).map((one) => cache.delete(one)));
    const known = old.map((one) => one.url);
    await Promise.all(parts.filter((url) => !known.includes(url)).map((url) => cache.add(url)));
  };
  const quietly = (work) => work.catch(() => undefined);
  event.waitUntil(Promise.all([quietly(keepParts()), ...pages.map((url) => quietly(keepPage(url)))]));
});
