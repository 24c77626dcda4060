/**
 * What jsdom lacks of a browser, set as soon as it is imported: libraries ask for some of it when they are loaded.
 * Import it first. Nothing has a size: a chart draws no canvas, a list all of its first rows.
 */
class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

if (typeof window !== 'undefined') {
  window.matchMedia ??= (media) =>
    Object.assign(new EventTarget(), {
      ...{ matches: false, media, onchange: null },
      addListener() {},
      removeListener() {},
    });
  window.ResizeObserver ??= NoObserver;
  Element.prototype.scrollIntoView ??= () => undefined;
  HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
    this.open = false;
  };
}
