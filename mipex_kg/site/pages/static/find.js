// The box in the header: `/` leads to it, and what suggests names is loaded once someone is in it.

(() => {
  const form = document.querySelector('.site-header .find');
  const field = form.querySelector('input');
  let started;

  function start() {
    started ??= import(new URL(form.dataset.script, location.href)).then(
      ({ suggest }) => suggest(form),
      () => {}, // the form leads to the page for searching
    );
  }

  const takesText = (element) => element.isContentEditable || element.matches?.('input, textarea, select');

  field.addEventListener('focus', start);
  if (document.activeElement === field) start();
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.defaultPrevented || takesText(event.composedPath()[0])) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
