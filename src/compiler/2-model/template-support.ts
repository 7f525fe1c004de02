import { type TemplateHelper, templateHelpers } from '../../contract/helpers.js';

/** What each helper takes and gives, as `runtime/browser/helpers` has it; a spec holds the two together. */
const signatures: Readonly<Record<string, string>> = {
  linkTo: '(text: Content, target: string | Calls, attrs?: Attributes): Html',
  formFor: '(action: string, attrs: Attributes, body: string): Html',
  field: '(path: string, value?: FieldValue, options?: FieldOptions): Html',
  checkBox: '(path: string, checked?: boolean | null, options?: FieldOptions): Html',
  radioButton: '(path: string, choice: Choice, value?: Chosen, options?: FieldOptions): Html',
  select:
    '(path: string, value: Chosen | readonly (string | number)[], choices: readonly Choice[], options?: SelectOptions): Html',
  submit: '(text?: Content, attrs?: Attributes): Html',
  raw: '(html: string): RawHtml',
};

/** Which of the signatures a helper has. */
const kinds = {
  link: ['linkTo', 'link_to'],
  form: ['formFor', 'form_for'],
  check: ['checkBox', 'check_box', 'checkbox_input'],
  radio: ['radioButton', 'radio_button'],
  select: ['select'],
  submit: ['submit'],
  raw: ['raw'],
} as const satisfies Record<string, readonly TemplateHelper[]>;

export type HelperKind = keyof typeof kinds | 'field';

/** What a helper is about: a link, a form, a field of a form, or neither. */
export function helperKind(name: string): HelperKind | undefined {
  if (!(templateHelpers as readonly string[]).includes(name)) return undefined;
  for (const [kind, names] of Object.entries(kinds)) {
    if ((names as readonly string[]).includes(name)) return kind as HelperKind;
  }
  return 'field';
}

/** Whether the first argument of a helper is the path of a field. */
export function takesFieldPath(name: string): boolean {
  const kind = helperKind(name);
  return kind === 'field' || kind === 'check' || kind === 'radio' || kind === 'select';
}

/**
 * The declarations that every template is checked with: the helpers by name, and under names that no
 * template uses, what its parts are handed to.
 */
export function templateSupport(): string {
  const helpers = templateHelpers
    .filter((name) => helperKind(name) !== 'link')
    .map((name) => `declare function ${name}${signatureOf(name)};`);
  return [...types, ...helpers, ...parts].join('\n');
}

/** The declaration of a helper; that of a link stands where the interface `Calls` does. */
export function signatureOf(name: TemplateHelper): string {
  const kind = helperKind(name) ?? 'field';
  const canonical = kind === 'field' ? 'field' : kinds[kind][0];
  return signatures[canonical] as string;
}

const types = [
  'declare const rocketMarkup: unique symbol;',
  'type Html = string & { readonly [rocketMarkup]: true };',
  'interface RawHtml { readonly [rocketMarkup]: false }',
  'type Content = string | number | RawHtml | null | undefined;',
  'type AttributeValue = string | number | boolean | null | undefined | readonly (string | false | null | undefined)[];',
  'type Attributes = { readonly [name: string]: AttributeValue };',
  'type FieldValue = string | number | Date | null | undefined;',
  'interface FieldOptions {',
  '  readonly label?: Content | false;',
  '  readonly wrapper?: false | string | { readonly tag?: string; readonly class?: string };',
  '  readonly [attribute: string]: unknown;',
  '}',
  'interface SelectOptions extends FieldOptions { readonly prompt?: string; readonly multiple?: boolean }',
  'type Choice = string | number | readonly [value: string | number, text: string];',
  'type Chosen = string | number | null | undefined;',
  // What nobody has to give may be left out in any of the ways the server takes for "nothing".
  "type NoParams = '' | null | undefined | { readonly [name: string]: undefined };",
  "declare module 'rocket-io/client' {",
  '  export type { Html };',
  '  type Html = string & { readonly [rocketMarkup]: true };',
  '}',
  'declare const console: {',
  '  readonly [Name in "debug" | "error" | "info" | "log" | "warn"]: (...values: unknown[]) => void;',
  '};',
];

const parts = [
  // Names that only some members of a union have are undefined in the others.
  'type __Filled<Locals, Names extends PropertyKey = __Names<Locals>> = Locals extends unknown',
  '  ? [Exclude<Names, keyof Locals>] extends [never]',
  '    ? Locals',
  '    : Locals & { readonly [Name in Exclude<Names, keyof Locals>]?: undefined }',
  '  : never;',
  'type __Names<Locals> = Locals extends unknown ? keyof Locals : never;',
  'type __Printable = string | number | bigint | boolean | Date | null | undefined;',
  'type __Class = string | number | boolean | null | undefined | readonly __Class[] | { readonly [name: string]: unknown };',
  'type __Style = string | null | undefined | false | { readonly [name: string]: __Printable };',
  'declare function __out(value: __Printable): void;',
  'declare function __unescaped(value: unknown): void;',
  'declare function __attribute(value: __Printable | RawHtml): void;',
  'declare function __data(value: __Printable | RawHtml | object): void;',
  'declare function __class(value: __Class): void;',
  'declare function __style(value: __Style): void;',
  'declare function __attributes(values: object | null | undefined): void;',
  'declare function __form(action: unknown): void;',
  'declare function __formAction(action: unknown): void;',
  'declare function __each<Item>(list: readonly Item[]): [Item, number][];',
  'declare function __each(list: string): [string, number][];',
  'declare function __each<Item>(list: ArrayLike<Item>): [Item, number][];',
  'declare function __each<List extends object>(list: List): [List[keyof List], string][];',
  'declare const __passed: { readonly [name: string]: any };',
  'declare const __content: (() => void) | undefined;',
];
