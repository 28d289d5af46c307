/* The roll without network: keeps the pages a teacher needs in class, on this phone, for two days.

   Only /training/lessons/today and /training/lessons/<number> are kept, under the name of their owner; a page of
   another owner, a sign-in that has ended, signing out and the sign-in page throw all of them away. */
"use strict";

const PAGES = /^\/training\/lessons\/(today|\d+)$/;
const PARTS = "roll-parts";
const TWO_DAYS = 2 * 24 * 3600 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = async () => (await self.caches.keys()).filter((name) => name.startsWith("roll-") && name !== PARTS);
const forget = async (but) =>
  Promise.all((await kept()).filter((name) => name !== but).map((name) => self.caches.delete(name)));

/* Keep a copy under its owner's name; what is not a page of a signed-in teacher's own is not kept. */
async function keep(url, answer) {
  const owner = answer.headers.get("Roll-Owner");
  if (!answer.ok || answer.redirected || !owner) return;
  const name = `roll-${owner}`;
  await forget(name);
  const headers = new Headers(answer.headers);
  headers.set("Kept-At", Date.now());
  const copy = new Response(await answer.blob(), { status: 200, headers });
  await (await self.caches.open(name)).put(url, copy);
}

async function page(event) {
  const url = event.request.url;
  try {
    const answer = await fetch(event.request);
    if (answer.type === "opaqueredirect") event.waitUntil(forget());
    else event.waitUntil(keep(url, answer.clone()));
    return answer;
  } catch {
    const copy = await self.caches.match(url, { ignoreVary: true });
    const isFresh = copy && Date.now() - Number(copy.headers.get("Kept-At")) < TWO_DAYS;
    return isFresh ? copy : Response.error();
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
    if (PAGES.test(url.pathname) && !url.search) event.respondWith(page(event));
  } else if (url.searchParams.has("v")) event.respondWith(part(event.request));
});

/* What a page in use asks to be kept: rolls of the day, and the style sheets and scripts of this version. */
self.addEventListener("message", (event) => {
  const { pages, parts } = event.data;
  const keepPage = async (url) => keep(new URL(url, self.location).href, await fetch(url));
  const keepParts = async () => {
    const cache = await self.caches.open(PARTS);
    const old = await cache.keys();
    await Promise.all(old.filter((one) => !parts.includes(one.url)).map((one) => cache.delete(one)));
    const known = old.map((one) => one.url);
    await Promise.all(parts.filter((url) => !known.includes(url)).map((url) => cache.add(url)));
  };
  event.waitUntil(Promise.allSettled([keepParts(), ...pages.map(keepPage)]));
});
