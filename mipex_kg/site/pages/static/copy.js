// Buttons that copy what is to be taken from a page, and the day of access in what cites it.

const now = new Date();
const two = (number) => String(number).padStart(2, '0');
const [year, month, day] = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
const iso = `${year}-${two(month)}-${two(day)}`;
const FORMS = {
  apa: () => now.toLocaleDateString('en-US', { year: 'numeric', month: 'long', day: 'numeric' }),
  bibtex: () => iso,
  ris: () => `${year}/${two(month)}/${two(day)}/`,
  csl: () => `[${year}, ${month}, ${day}]`,
};

/** Copy the words of an element: where the browser lets no script do it, select them. */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand('copy');
  }
}

for (const place of document.querySelectorAll('[data-accessed]')) {
  place.textContent = FORMS[place.dataset.accessed]();
}

for (const box of document.querySelectorAll('[data-copy]')) {
  for (const text of box.querySelectorAll('pre')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = box.dataset.copy;
    const name = text.getAttribute('aria-label');
    if (name) button.setAttribute('aria-label', `${box.dataset.copy}: ${name}`);
    const status = document.createElement('span');
    status.setAttribute('role', 'status');
    button.addEventListener('click', async () => {
      if (await copy(text)) status.textContent = box.dataset.copied;
    });
    const line = document.createElement('p');
    line.className = 'copy';
    line.append(button, status);
    text.after(line);
  }
}
