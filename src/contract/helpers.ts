/**
 * The names that templates may use without being given them: the helpers that `rocket-io/client` exports,
 * in camelCase, in snake_case, and where the original had another name, under that. The compiler imports from
 * this list what a template uses; a local of the same name wins.
 */
export const templateHelpers = [
  'linkTo',
  'link_to',
  'formFor',
  'form_for',
  'textInput',
  'text_input',
  'hiddenInput',
  'hidden_input',
  'textArea',
  'text_area',
  'textarea_input',
  'passwordInput',
  'password_input',
  'emailInput',
  'email_input',
  'numberInput',
  'number_input',
  'dateInput',
  'date_input',
  'checkBox',
  'check_box',
  'checkbox_input',
  'radioButton',
  'radio_button',
  'select',
  'submit',
  'raw',
] as const;

export type TemplateHelper = (typeof templateHelpers)[number];

export function isTemplateHelper(name: string): name is TemplateHelper {
  return (templateHelpers as readonly string[]).includes(name);
}
