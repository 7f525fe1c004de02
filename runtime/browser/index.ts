/**
 * What client code imports: `rocket-io/client`. It runs in browsers, in Node and in workers; what needs a
 * page (`start`, `render`) is used on a page only.
 *
 * An app rarely calls `connectWith` and `startWith`: the generated `#rocket/client` does, with the manifest
 * of the app's contract.
 */

export type { CallErrorOf } from '../../src/contract/call-error.js';
export type {
  Constraint,
  Email,
  ExclusiveMax,
  ExclusiveMin,
  Integer,
  Max,
  MaxItems,
  MaxLength,
  Min,
  MinItems,
  MinLength,
  MultipleOf,
  Pattern,
  UniqueItems,
  Url,
  Uuid,
} from '../../src/contract/constraint-tags.js';
export type { Issue } from '../../src/errors.js';
export { RocketError } from '../../src/errors.js';
export type { Abortion, CallOptions } from '../client/call-options.js';
export type { Client, ClientOptions } from '../client/client.js';
export { ClientController } from '../client/client-controller.js';
export type { ClientEvents, Gap } from '../client/client-events.js';
export type { ConnectionState } from '../client/connection.js';
export type { ConnectionSnapshot } from '../client/connection-snapshot.js';
export type { ControllerClass } from '../client/controllers.js';
export type { Auth } from '../client/credentials.js';
export type { Unsubscribe } from '../client/listeners.js';
export type { ClientSocket, SocketFactory, SocketListener } from '../client/socket.js';
export type { Store } from '../client/store.js';
export type { Stream } from '../client/stream.js';
export type { ConnectOptions } from './connect.js';
export { connectWith } from './connect.js';
export type { CallTarget } from './helpers/call-text.js';
export type { Choice, SelectOptions } from './helpers/choices.js';
export { radioButton, radioButton as radio_button, select } from './helpers/choices.js';
export type { FieldOptions } from './helpers/field.js';
export { formFor, formFor as form_for, submit } from './helpers/form-for.js';
export type { Attributes, Content, Html } from './helpers/html.js';
export { escapeHtml, RawHtml, raw } from './helpers/html.js';
export type { FieldValue } from './helpers/inputs.js';
export {
  checkBox,
  checkBox as check_box,
  checkBox as checkbox_input,
  dateInput,
  dateInput as date_input,
  emailInput,
  emailInput as email_input,
  hiddenInput,
  hiddenInput as hidden_input,
  numberInput,
  numberInput as number_input,
  passwordInput,
  passwordInput as password_input,
  textArea,
  textArea as text_area,
  textArea as textarea_input,
  textInput,
  textInput as text_input,
} from './helpers/inputs.js';
export { linkTo, linkTo as link_to } from './helpers/link-to.js';
export type { PugRuntime } from './pug.js';
export { pug } from './pug.js';
export { render } from './render.js';
export type { StartOptions } from './start.js';
export { startWith } from './start.js';
