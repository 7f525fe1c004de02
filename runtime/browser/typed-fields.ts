/** Fields that a person can change. */
export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function isField(node: unknown): node is Field {
  return (
    node instanceof HTMLInputElement ||
    node instanceof HTMLTextAreaElement ||
    node instanceof HTMLSelectElement
  );
}

/** Whether a person has put something else into the field than the page was rendered with. */
export function isTyped(field: Field): boolean {
  if (field instanceof HTMLSelectElement) return chosen(field) !== defaultChosen(field);
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  // The value of these is their attribute, or cannot be written.
  if (field.type === 'hidden' || field.type === 'file') return false;
  return field.value !== field.defaultValue;
}

/** Whether the field's state is a tick and not a text. */
export function isTicked(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio');
}

/** Makes what the field holds its default, as if the page had been rendered with it: it is typed no more. */
export function settleField(field: Field): void {
  if (field instanceof HTMLSelectElement) {
    const on = [...field.options].map((option) => option.selected);
    // Changing a default may change what is selected, so both are written.
    for (const [index, option] of [...field.options].entries()) option.defaultSelected = on[index] === true;
    for (const [index, option] of [...field.options].entries()) option.selected = on[index] === true;
  } else if (isTicked(field)) field.defaultChecked = field.checked;
  else field.defaultValue = field.value;
}

function chosen(select: HTMLSelectElement): string {
  return [...select.options].map((option) => (option.selected ? '1' : '0')).join('');
}

function defaultChosen(select: HTMLSelectElement): string {
  const defaults = [...select.options].map((option) => option.defaultSelected);
  if (!select.multiple) {
    // A list of one line shows the last option with `selected`, or else the first that is not disabled.
    let index = defaults.lastIndexOf(true);
    if (index < 0) index = [...select.options].findIndex((option) => !option.disabled);
    return defaults.map((_, at) => (at === index ? '1' : '0')).join('');
  }
  return defaults.map((on) => (on ? '1' : '0')).join('');
}
