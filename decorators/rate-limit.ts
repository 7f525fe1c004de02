import { type Class, type RateLimitOptions, writeActionRateLimit, writeRateLimit } from './metadata.js';

/**
 * Limits how often an action is called, by each user unless `by` says otherwise. On a controller it limits the calls of
 * all its actions together; an action with a limit of its own has that one instead. What comes too fast gets the error
 * `rate_limited` and is not run.
 *
 * @throws TypeError for numbers that are no limit
 * @example
 * @Action()
 * @RateLimit({ perMinute: 5 })
 * async create({ title }: { title: string }): Promise<void> {}
 * @example
 * @Controller<SignInClient>()
 * @RateLimit({ perSecond: 1, burst: 10, by: 'address' })
 * export class SignInController {}
 */
export function RateLimit(
  options: RateLimitOptions,
): (target: object, key?: string, descriptor?: PropertyDescriptor) => void {
  return (target: object, key?: unknown) => {
    if (typeof key === 'object' && key !== null)
      throw new TypeError('@RateLimit() needs "experimentalDecorators": true in tsconfig.json');
    const isClass = typeof target === 'function' && key === undefined;
    const owner = typeof target === 'function' ? target : target.constructor;
    const place = isClass ? owner.name : `${owner.name}.${String(key)}`;
    const fault = whyNoLimit(options);
    if (fault !== undefined) throw new TypeError(`@RateLimit() on ${place} ${fault}`);
    if (!isClass && (typeof target === 'function' || typeof key !== 'string'))
      throw new TypeError(`@RateLimit() on ${place} limits nothing: put it on an action or a controller`);
    if (isClass) writeRateLimit(target as Class, options);
    else writeActionRateLimit(target, key as string, options);
  };
}

/** The types forbid most of these; numbers may come from anywhere. */
function whyNoLimit(options: RateLimitOptions | undefined): string | undefined {
  const { perSecond, perMinute, burst, by } = options ?? {};
  if ((perSecond === undefined) === (perMinute === undefined))
    return 'needs one of perSecond and perMinute: @RateLimit({ perMinute: 5 })';
  for (const [name, value] of Object.entries({ perSecond, perMinute, burst })) {
    if (value !== undefined && !(Number.isFinite(value) && value > 0))
      return `has ${name}: ${String(value)}, which is no number above 0`;
  }
  if (burst !== undefined && burst < 1) return `has burst: ${burst}, with which no call could ever be made`;
  if (by !== undefined && !['user', 'session', 'address'].includes(by))
    return `has by: ${JSON.stringify(by)}, which is none of 'user', 'session' and 'address'`;
  return undefined;
}
