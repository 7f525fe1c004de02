import type { Html } from 'rocket-io/client';
import { render } from 'rocket-io/client';

/** One screenful: what is drawn, and what the browser's address bar, history and tab say of it. */
export interface Page {
  /** Such as `#/songs/1`: asking `open` of `routes.ts` for it draws the page again. */
  address: string;
  title: string;
  html: Html;
}

/** Goes to a page: draws it, remembers it in the history, and takes keyboard and screen reader along. */
export function showPage({ address, title, html }: Page): void {
  const first = shownAddress() === undefined;
  // A new page keeps nothing of the old one, above all not what was typed into its fields.
  content().replaceChildren();
  redraw(html);
  content().dataset.address = address;
  document.title = `${title} · Listening Room`;
  markInNavigation(address);
  if (location.hash !== address) {
    history[first ? 'replaceState' : 'pushState'](null, '', address);
  }
  if (!first) {
    scrollTo(0, 0);
    content().querySelector('h1')?.focus({ preventScroll: true });
  }
}

/** Draws the open page anew where it differs: focus, scroll position and what is typed stay. */
export function redraw(html: Html): void {
  render('#content', html);
}

/** The address of the page on the screen; undefined before the first. */
export function shownAddress(): string | undefined {
  return content().dataset.address;
}

/** Whether a form is open, which nobody but the person at the keyboard may touch. */
export function isFormOpen(): boolean {
  return content().querySelector('form') !== null;
}

export function content(): HTMLElement {
  const element = document.querySelector<HTMLElement>('#content');
  if (element === null) {
    throw new Error('The layout has no #content');
  }
  return element;
}

function markInNavigation(address: string): void {
  for (const link of document.querySelectorAll('.site-nav a')) {
    const section = link.getAttribute('href') ?? '';
    if (address.startsWith(section)) {
      link.setAttribute('aria-current', address === section ? 'page' : 'true');
    } else {
      link.removeAttribute('aria-current');
    }
  }
}
