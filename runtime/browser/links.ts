import { RocketError } from '../../src/errors.js';
import type { ClientPart, ClientRuntime } from '../client/client-runtime.js';
import { callAttribute, readCalls } from './helpers/call-text.js';

/** Takes over clicks on elements that call actions: one listener for all of them, now and later. */
export class Links implements ClientPart {
  /** What an element is calling just now. Not its `aria-busy`, which rendering may take away. */
  private readonly busy = new Map<Element, string>();

  constructor(
    private readonly runtime: ClientRuntime,
    private readonly page: Document,
  ) {}

  start(): void {
    this.page.addEventListener('click', this.clicked);
  }

  stop(): void {
    this.page.removeEventListener('click', this.clicked);
  }

  private readonly clicked = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    // The path, since a target may be a text, inside an SVG, or in a shadow tree.
    const element = event.composedPath().find(isLink);
    if (element === undefined || isMeantForBrowser(event, element)) return;
    event.preventDefault();
    if (element.matches(':disabled, [aria-disabled="true"]')) return;
    const text = element.getAttribute(callAttribute) ?? '';
    if (this.busy.get(element) !== text) void this.follow(element, text);
  };

  private async follow(element: Element, text: string): Promise<void> {
    this.busy.set(element, text);
    element.setAttribute('aria-busy', 'true');
    try {
      const calls = readCalls(text);
      if (calls === undefined) throw new Error(`${callAttribute} names no call: ${text}`);
      for (const [name, params] of calls) {
        if (!this.runtime.hasAction(name))
          throw new RocketError('unknown_action', `No action "${name}", which a link calls`);
        await this.runtime.call(name, params);
      }
    } catch (error) {
      this.runtime.fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.busy.delete(element);
      element.removeAttribute('aria-busy');
    }
  }
}

function isLink(target: EventTarget): target is Element {
  return target instanceof Element && target.hasAttribute(callAttribute);
}

/** A new tab, a new window, a download: what a person asks of a link beside a plain click. */
function isMeantForBrowser(event: MouseEvent, element: Element): boolean {
  if (!(element instanceof HTMLAnchorElement)) return false;
  return (
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey ||
    element.hasAttribute('download') ||
    !['', '_self'].includes(element.target)
  );
}
