import type { Field } from './typed-fields.js';
import { isField, isTicked, isTyped, settleField } from './typed-fields.js';

/**
 * One sending of a form. What is sent counts as saved from then on, so that whatever the server renders in
 * answer is taken over by the fields; if the call fails, they get back what had been typed.
 */
export class Submission {
  private readonly typed: (() => void)[] = [];
  private readonly buttons: HTMLButtonElement[];
  private readonly hadFocus: Element | null;

  constructor(private readonly form: HTMLFormElement) {
    for (const field of [...form.elements].filter(isField)) {
      if (!isTyped(field)) continue;
      this.typed.push(remember(field));
      settleField(field);
    }
    this.hadFocus = form.ownerDocument.activeElement;
    this.buttons = [...form.elements].filter(isSubmitButton).filter((button) => !button.disabled);
    for (const button of this.buttons) button.disabled = true;
    form.setAttribute('aria-busy', 'true');
  }

  /** The call has been answered; the form can be sent again. */
  end(): void {
    this.form.removeAttribute('aria-busy');
    for (const button of this.buttons) button.disabled = false;
    // A button loses the focus when it is disabled, and a keyboard its place on the page.
    const { activeElement, body } = this.form.ownerDocument;
    if (activeElement === body && this.hadFocus instanceof HTMLElement) this.hadFocus.focus();
  }

  /** Puts back what had been typed, wherever a rendering has replaced it meanwhile. */
  restore(): void {
    for (const putBack of this.typed) putBack();
  }
}

function remember(field: Field): () => void {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options].map((option) => ({
      option,
      on: option.selected,
      byDefault: option.defaultSelected,
    }));
    return () => {
      for (const { option, byDefault } of options) option.defaultSelected = byDefault;
      for (const { option, on } of options) option.selected = on;
    };
  }
  if (isTicked(field)) {
    const { checked, defaultChecked } = field;
    return () => {
      field.defaultChecked = defaultChecked;
      field.checked = checked;
    };
  }
  const { value, defaultValue } = field;
  return () => {
    // Whoever went on typing keeps that.
    const isUntouched = field.value === field.defaultValue;
    field.defaultValue = defaultValue;
    if (isUntouched) field.value = value;
  };
}

function isSubmitButton(element: Element): element is HTMLButtonElement {
  return 'type' in element && (element.type === 'submit' || element.type === 'image');
}
