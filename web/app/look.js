// How the person wants the app to look on this device: language, size of text, colours. It is kept beside the app, for it is needed before
// anything is unlocked, and says nothing of anybody's health.

const name = "satchel-look";

/** @typedef {{ language: string, scale: number, theme: '' | 'light' | 'dark', contrast: '' | 'high', quick: '' | 'everywhere' }} Look */

/** @returns {Partial<Look>} */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "{}");
  } catch {
    return {};
  }
}

export const look = {
  /** '' for what the browser asks for. */
  language: "",
  /** Of the text, 1 for the browser's own size. */
  scale: 1,
  /** @type {Look['theme']} */
  theme: "",
  /** @type {Look['contrast']} */
  contrast: "",
  /** Where the quick way out is shown. @type {Look['quick']} */
  quick: "",

  /** Makes the page look so. @param {Partial<Look>} [change] what is other from now on */
  apply(change) {
    Object.assign(this, kept(), change);
    if (change)
      localStorage.setItem(
        name,
        JSON.stringify({ language: this.language, scale: this.scale, theme: this.theme, contrast: this.contrast, quick: this.quick }),
      );
    const root = document.documentElement;
    root.style.setProperty("--text-scale", String(this.scale));
    root.dataset.theme = this.theme;
    root.dataset.contrast = this.contrast;
  },
};
