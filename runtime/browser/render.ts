import { Idiomorph } from 'idiomorph';
import { shownErrors } from './form-errors.js';
import type { Html } from './helpers/html.js';
import { parseHtml } from './trusted-html.js';
import type { Field } from './typed-fields.js';
import { isField, isTicked, isTyped } from './typed-fields.js';

/**
 * Makes the content of an element what `html` says, changing only what differs: focus, selection, scroll
 * positions and playing media stay. What a person has typed stays as well, as long as the form is the same
 * one: the same action, and hidden fields of the same values (the record's id, its version). A form that
 * another one replaces is reset first. What has been submitted counts as typed no more.
 *
 * @param target a CSS selector, or the element.
 * @param html what a template returned.
 * @throws Error when there is no such element on the page.
 * @example render('#content', templates.song.index({ songs }));
 */
export function render(target: string | Element, html: Html): void {
  const element = typeof target === 'string' ? document.querySelector(target) : target;
  if (element === null) {
    throw new Error(`render: no element "${target}" on the page; render the layout that contains it first`);
  }
  const fragment = parseHtml(html);
  // The parser runs no script, but an element that is put together anew while morphing would.
  for (const script of fragment.querySelectorAll('script')) script.remove();
  Idiomorph.morph(element, [...fragment.childNodes], { morphStyle: 'innerHTML', callbacks: keepTyped() });
}

/** The rules of one rendering: what idiomorph asks before it touches a node. */
function keepTyped() {
  const typed = new Set<Node>();
  const sameForms = new Set<Node>();
  const selections = new Map<Node, ReadonlySet<string>>();

  const isKeptError = (node: Node) =>
    node instanceof Element && node.matches(shownErrors) && sameForms.has(node.closest('form') as Node);

  return {
    beforeNodeMorphed(node: Node, next: Node): boolean {
      if (node instanceof HTMLFormElement && next instanceof HTMLFormElement) {
        if (isSameForm(node, next)) sameForms.add(node);
        else node.reset();
      } else if (isField(node) && isSameField(node, next) && isTyped(node)) {
        typed.add(node);
        if (node instanceof HTMLSelectElement) {
          selections.set(node, new Set([...node.selectedOptions].map(({ value }) => value)));
        }
      }
      return !isKeptError(node);
    },
    beforeNodeRemoved: (node: Node): boolean => !isKeptError(node),
    beforeAttributeUpdated(name: string, element: Element): boolean {
      if (typed.has(element)) {
        if (name === 'value' || name === 'checked') return false;
      }
      // While an error is shown beside a field, they stay connected.
      const isInvalid =
        element.getAttribute('aria-invalid') === 'true' && sameForms.has(element.closest('form') as Node);
      return !(isInvalid && (name === 'aria-invalid' || name === 'aria-describedby'));
    },
    afterNodeMorphed(node: Node, next: Node): void {
      if (!typed.has(node) || !isField(node)) return;
      if (node instanceof HTMLSelectElement) {
        const values = selections.get(node);
        for (const option of node.options) option.selected = values?.has(option.value) === true;
      } else if (isTicked(node)) node.defaultChecked = (next as HTMLInputElement).defaultChecked;
      else node.defaultValue = (next as HTMLInputElement | HTMLTextAreaElement).defaultValue;
    },
  };
}

function isSameField(field: Field, next: Node): boolean {
  return isField(next) && next.name === field.name && next.type === field.type && next.id === field.id;
}

function isSameForm(form: HTMLFormElement, next: HTMLFormElement): boolean {
  return identity(form) === identity(next);
}

function identity(form: HTMLFormElement): string {
  const hidden = [...form.querySelectorAll<HTMLInputElement>('input[type="hidden"]')];
  // Attributes, since a field named `action` or `id` hides the form's own property.
  return JSON.stringify([
    form.getAttribute('action'),
    form.getAttribute('id'),
    ...hidden.map(({ name, value }) => [name, value]),
  ]);
}
