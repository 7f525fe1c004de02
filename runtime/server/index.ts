/**
 * The server's door: what controllers, models, authenticators and `rocket.config.ts` import.
 *
 * @module
 */
export {
  Action,
  type ActionOptions,
  Conflict,
  Controller,
  type ControllerOptions,
  type FieldErrors,
  type FieldPath,
  Forbidden,
  FormErrors,
  NotFound,
  RateLimit,
  type RateLimitOptions,
  Redirect,
  redirect,
  Unauthenticated,
} from '../../decorators/index.js';
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
export type {
  ClientActions,
  ClientMessage,
  Identity,
  NoArguments,
  Register,
  ServerActions,
  ServerMessage,
} from '../../src/contract/register.js';
export type { StandardIssue, StandardResult, StandardSchema } from '../../src/contract/standard-schema.js';
export type { UploadedFile } from '../../src/contract/uploaded-file.js';
export { type ErrorCode, type Issue, RocketError, type RocketErrorOptions } from '../../src/errors.js';
export type { EventName, Events, ServerEvents } from '../../src/events.js';
export { type Problem, ProblemsError } from '../../src/problems.js';
export { CurrentCall } from './actions/current-call.js';
export { createApp, type RocketApp } from './app.js';
export { type AuthenticationRequest, Authenticator } from './delivery/authenticator.js';
export { CurrentUser, type PresenceOptions, type TransmitOptions } from './delivery/current-user.js';
export { type GroupMember, Presence } from './delivery/presence.js';
export { type Audience, Transmitter } from './delivery/transmitter.js';
export type { Engine, HistoryLimits } from './engine/engine.js';
export { type FileEngineOptions, fileEngine } from './engine/file-engine.js';
export { type RedisEngineOptions, redisEngine } from './engine/redis/redis-engine.js';
export { type AppOptions, defineConfig, type LogLevel } from './options.js';
export type { MetricsOptions } from './telemetry/app-metrics.js';
