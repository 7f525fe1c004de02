import type { Issue } from '../../src/errors.js';
import { errorAttribute, errorClass } from './helpers/field.js';
import { fieldId } from './helpers/field-names.js';
import type { Field } from './typed-fields.js';
import { isField } from './typed-fields.js';

/** The elements that show an error just now. */
export const shownErrors = `[${errorAttribute}]:not(:empty)`;

/**
 * Shows each issue beside its field and moves to the first; what belongs to no field, and errors without
 * issues, stand at the top of the form.
 */
export function showErrors(form: HTMLFormElement, message: string, issues: readonly Issue[]): void {
  clearErrors(form);
  const general: string[] = issues.length === 0 ? [message] : [];
  for (const issue of issues) {
    const field = findField(form, issue.path);
    if (field === undefined) general.push(unplaced(form, issue));
    else showFieldError(form, field, issue.message);
  }
  if (general.length > 0) alertElement(form).textContent = general.join('. ');
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

/** Named by its path where the form has no such field: `is required` alone would not say what. */
function unplaced(form: HTMLFormElement, { path, message }: Issue): string {
  const isKnown = path.length === 0 || fieldsOf(form).some(({ name }) => name === nameOf(path));
  return isKnown ? message : `${path.join('.')}: ${message}`;
}

export function clearErrors(form: HTMLFormElement): void {
  for (const field of fieldsOf(form)) clearFieldError(form, field);
  for (const element of form.querySelectorAll<HTMLElement>(`[${errorAttribute}]`)) empty(element);
}

/** Takes an error back: its field is being corrected. */
export function clearFieldError(form: HTMLFormElement, field: Field): void {
  if (field.getAttribute('aria-invalid') !== 'true') return;
  const id = errorId(field);
  for (const one of fieldsOf(form).filter(({ name }) => name === field.name)) {
    one.removeAttribute('aria-invalid');
    const others = descriptions(one).filter((other) => other !== id);
    if (others.length > 0) one.setAttribute('aria-describedby', others.join(' '));
    else one.removeAttribute('aria-describedby');
  }
  const element = form.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
  if (element !== null) empty(element);
}

function showFieldError(form: HTMLFormElement, field: Field, message: string): void {
  const id = errorId(field);
  let element = form.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
  if (element === null) {
    element = newError('p');
    element.id = id;
    (field.closest('label') ?? field).after(element);
  }
  element.setAttribute(errorAttribute, '');
  element.textContent = element.textContent ? `${element.textContent}. ${message}` : message;
  element.hidden = false;
  field.setAttribute('aria-invalid', 'true');
  if (!descriptions(field).includes(id))
    field.setAttribute('aria-describedby', [...descriptions(field), id].join(' '));
}

/** The form's own place for what concerns no single field. */
function alertElement(form: HTMLFormElement): HTMLElement {
  let element = form.querySelector<HTMLElement>(`[role="alert"]`);
  if (element === null) {
    element = newError('p');
    element.setAttribute('role', 'alert');
    form.prepend(element);
  }
  element.setAttribute(errorAttribute, '');
  element.hidden = false;
  return element;
}

function newError(name: string): HTMLElement {
  const element = document.createElement(name);
  element.className = errorClass;
  return element;
}

function empty(element: HTMLElement): void {
  element.textContent = '';
  element.hidden = true;
}

/** `['song', 'title']` → the visible field named `song[title]`; of a list, the field of that index or of the whole. */
function findField(form: HTMLFormElement, path: Issue['path']): Field | undefined {
  const visible = fieldsOf(form).filter(({ type }) => type !== 'hidden');
  const named = (name: string) => visible.filter((field) => field.name === name);
  const name = nameOf(path);
  const last = path.at(-1);
  const exact = named(name)[0] ?? named(`${name}[]`)[0];
  if (exact !== undefined || typeof last !== 'number') return exact;
  const list = nameOf(path.slice(0, -1));
  return named(`${list}[]`)[last] ?? named(`${list}[]`)[0] ?? named(list)[0];
}

function nameOf([first = '', ...rest]: Issue['path']): string {
  return String(first) + rest.map((segment) => `[${segment}]`).join('');
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(isField);
}

function errorId(field: Field): string {
  return `${fieldId(field.name)}_error`;
}

function descriptions(field: Field): string[] {
  return (field.getAttribute('aria-describedby') ?? '').split(/\s+/).filter(Boolean);
}
