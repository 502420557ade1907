// Light or dark: as the system has it, or as the visitor chose. It runs before anything is shown, so
// that no page flashes in the other colours.

(() => {
  const KEY = 'mipex-kg:theme';
  const dark = document.querySelector('link[data-dark]');
  const automatic = dark.media;

  function kept() {
    try {
      return localStorage.getItem(KEY) ?? '';
    } catch {
      return ''; // the browser keeps nothing
    }
  }

  function use(theme) {
    dark.media = { dark: 'screen', light: 'not all' }[theme] ?? automatic;
  }

  use(kept());
  document.addEventListener('DOMContentLoaded', () => {
    const choice = document.querySelector('select.theme');
    if (!choice) return;
    choice.value = kept();
    if (choice.selectedIndex < 0) choice.value = '';
    choice.hidden = false;
    choice.addEventListener('change', () => {
      use(choice.value);
      try {
        if (choice.value) localStorage.setItem(KEY, choice.value);
        else localStorage.removeItem(KEY);
      } catch {
        // it lasts as long as the page
      }
    });
  });
})();
