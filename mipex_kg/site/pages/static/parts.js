// Leads on from a page whose things have a page each: to the one that the address names behind `#`.

const list = document.querySelector('[data-parts]');
// What is not listed has a page that is called as it is.
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** What the address names, as it is written and with escapes taken for what they are. */
function names() {
  const written = location.hash.slice(1);
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}

function lead() {
  const [name] = names();
  const place = names().map((each) => document.getElementById(each)).find(Boolean);
  const link = list.contains(place) && place.querySelector('a');
  if (link) location.replace(link.href);
  else if (!place && !('whole' in list.dataset) && PLAIN.test(name)) {
    location.replace(new URL(`${list.dataset.parts}${name}.html`, location.href));
  }
}

lead();
addEventListener('hashchange', lead);
