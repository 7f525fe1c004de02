/**
 * The values of a form under their flat names, as a browser would send them, but for three things: a lone
 * checkbox is true or false, lists are arrays, and what was not chosen of a list is an empty array.
 */
export function formValues(form: HTMLFormElement, submitter: HTMLElement | null): Record<string, unknown> {
  const values = new Map<string, unknown>();
  const lists = namesOfLists(form);
  for (const name of lists) values.set(name, []);
  for (const box of boxesOf(form)) if (!lists.has(box.name)) values.set(box.name, box.checked);
  const boxes = new Set(boxesOf(form).map(({ name }) => name));
  // Knows what is disabled and which button was clicked, and asks custom elements for their value.
  for (const [name, value] of new FormData(form, submitter)) {
    // Files do not travel in a call.
    if (typeof value !== 'string') continue;
    if (lists.has(name)) (values.get(name) as string[]).push(value);
    else if (!boxes.has(name)) values.set(name, value);
  }
  return Object.fromEntries(values);
}

/** Names that stand for arrays: `tags[]`, a list of which several may be chosen, several checkboxes. */
function namesOfLists(form: HTMLFormElement): Set<string> {
  const lists = new Set<string>();
  const boxes = new Set<string>();
  for (const element of form.elements) {
    if (!('name' in element) || typeof element.name !== 'string' || element.name === '') continue;
    if (element.matches(':disabled')) continue;
    const { name } = element;
    if (name.endsWith('[]') || (element instanceof HTMLSelectElement && element.multiple)) lists.add(name);
    if (!isBox(element)) continue;
    if (boxes.has(name)) lists.add(name);
    boxes.add(name);
  }
  return lists;
}

function boxesOf(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.elements].filter(isBox).filter((box) => box.name !== '' && !box.matches(':disabled'));
}

function isBox(element: Element): element is HTMLInputElement {
  return element instanceof HTMLInputElement && element.type === 'checkbox';
}
