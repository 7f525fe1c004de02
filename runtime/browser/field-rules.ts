import type { FieldAttributes } from '../../src/contract/constraint-attributes.js';
import type { ClientManifest } from '../../src/contract/manifest.js';
import type { ClientPart } from '../client/client-runtime.js';
import { own } from '../client/controllers.js';
import { type Field, isField } from './typed-fields.js';

/**
 * Gives the fields of a form what its action asks of them: `required`, `maxlength`, `pattern` and so on, so that a
 * browser tells a mistake before anything is sent. It is done when a form is about to be used, whoever rendered it;
 * an attribute that the author wrote is left alone.
 */
export class FieldRules implements ClientPart {
  constructor(
    private readonly fields: ClientManifest['fields'],
    private readonly page: Document,
  ) {}

  start(): void {
    this.page.addEventListener('focusin', this.isUsed);
    // Before the listener that sends the form, which lets the browser check it once more.
    this.page.addEventListener('submit', this.isUsed, { capture: true });
  }

  stop(): void {
    this.page.removeEventListener('focusin', this.isUsed);
    this.page.removeEventListener('submit', this.isUsed, { capture: true });
  }

  private readonly isUsed = ({ target }: Event): void => {
    const form = target instanceof Element ? formOf(target) : null;
    const rules = form && own(this.fields, form.getAttribute('action') ?? '');
    if (!rules) return;
    for (const field of form.elements) {
      if (!isField(field)) continue;
      const rule = own(rules, pathOf(field.name));
      if (rule) apply(field, rule);
    }
  };
}

function formOf(element: Element): HTMLFormElement | null {
  return isField(element) || element instanceof HTMLButtonElement ? element.form : element.closest('form');
}

/** `song[title]` → `song.title` */
function pathOf(name: string): string {
  return name.replace(/\[([^\]]+)\]/g, '.$1');
}

function apply(field: Field, { type, ...attributes }: FieldAttributes): void {
  // What is not shown cannot be corrected.
  if (field.type === 'hidden') return;
  for (const [name, value] of Object.entries(attributes)) {
    if (!field.hasAttribute(name)) field.setAttribute(name, value === true ? '' : String(value));
  }
  // A field that is being typed into would lose its selection.
  const isFree = field.type === 'text' && field !== field.ownerDocument.activeElement;
  if (type && isFree) field.setAttribute('type', type);
}
