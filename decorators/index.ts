/** All that an author writes on a controller, returns from an action or throws in one. */
export { Action } from './action.js';
export {
  type ActionMetadata,
  Controller,
  type ControllerMetadata,
  controllerMetadata,
} from './controller.js';
export {
  Conflict,
  type FieldErrors,
  type FieldPath,
  Forbidden,
  FormErrors,
  NotFound,
  Unauthenticated,
} from './errors.js';
export type { ActionOptions, Class, ControllerOptions, RateLimitOptions } from './metadata.js';
export { RateLimit } from './rate-limit.js';
export { Redirect, redirect } from './redirect.js';
